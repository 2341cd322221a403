import { DOUBT_MS } from '../../../../relay/config/onesignal-limits.ts';
import { hashAddress } from '../../../../relay/mapping/record-hash.ts';
import type { OneSignalClient } from '../../../../relay/onesignal/onesignal-contract.ts';
import type { OneSignalOutcome } from '../../../../relay/onesignal/onesignal-outcome.ts';
import { AddressBook } from '../../../../relay/pipeline/addresses/address-book.ts';
import { AddressWork } from '../../../../relay/pipeline/addresses/address-work.ts';
import type { AddressClaim, StoredAddress } from '../../../../relay/store/store.ts';
import { LEAD_ID, settings } from '../../mapping/record-samples.ts';
import { unitOfOne } from '../unit-samples.ts';

const NOW = 1_000_000;
const TOKEN = 'ada@example.com';
const ACCEPTED = { kind: 'accepted', status: 202, oneSignalId: undefined } as const;
const OLD_ID = '00Q000000000002EAA';
const NAME = { type: 'Email', hash: hashAddress('Email', TOKEN) } as const;
const CLAIMED: StoredAddress = {
  ...NAME,
  userKey: LEAD_ID,
  recordId: LEAD_ID,
  heldBy: null,
  origin: 'unknown',
  making: null,
  isOn: null,
  isOffByUs: false,
  isInherited: false,
  isOptedOutElsewhere: false,
};
const MADE_FOR_ANOTHER = { ...CLAIMED, origin: 'ours', making: { userKey: OLD_ID, until: NOW + 5_000 } } as const;

interface World {
  row: StoredAddress;
  /** The user that OneSignal shows the email with. */
  holder?: string;
  /** OneSignal has no such user. */
  isUserGone?: boolean;
  /** The answer to a create. */
  made?: OneSignalOutcome;
  /** The answer to a transfer. */
  moved?: OneSignalOutcome;
  /** Of the record. */
  email?: string;
  /** False where the record opts out. */
  agrees?: boolean;
  now?: number;
}

/** The work on the email of one lead's user, the calls that it makes, and how it leaves the address. */
async function workOn({
  row,
  holder,
  made = { kind: 'existing', status: 200, oneSignalId: 'os-1' },
  now = NOW,
  moved = ACCEPTED,
  agrees = true,
  email: token = TOKEN,
  isUserGone = false,
}: World) {
  const calls: string[] = [];
  const email = { id: 'sub-1', type: 'Email', token: TOKEN, enabled: true, notificationTypes: 1 };
  const answer = (call: string, outcome: OneSignalOutcome) => {
    calls.push(call);
    return Promise.resolve(outcome);
  };
  const client = {
    viewUser: ({ id }: { id: string }) =>
      isUserGone
        ? answer(`view ${id}`, { kind: 'not_found', status: 404 })
        : answer(`view ${id}`, {
            kind: 'viewed',
            status: 200,
            user: { identity: {}, subscriptions: id === holder ? [email] : [] },
          } as unknown as OneSignalOutcome),
    updateSubscription: (_address: unknown, isOn: boolean | undefined, userKey: string) =>
      answer(isOn === undefined ? 'ask' : `switch at ${userKey}`, { kind: 'not_found', status: 404 }),
    deleteSubscription: (_subscription: unknown, userKey: string) => answer(`delete at ${userKey}`, ACCEPTED),
    createSubscription: () => answer('create', made),
    transferSubscription: () => answer('transfer', moved),
  } as unknown as OneSignalClient;
  const store = {
    addressesOf: () => Promise.resolve([row]),
    claimAddresses: (claims: readonly AddressClaim[]) =>
      Promise.resolve(
        claims.map(
          ({ makingUntil: until, heldBy = row.heldBy }): StoredAddress =>
            until === null ? row : { ...row, heldBy, origin: 'ours', making: { userKey: LEAD_ID, until } },
        ),
      ),
  };
  const book = await AddressBook.open(unitOfOne(), settings({ Sync_Email__c: true }), store);
  if (book === undefined) throw new Error('the settings send no address');
  const address = { type: 'Email', token, recordId: LEAD_ID } as const;
  const plan = { consents: { Email: agrees }, addresses: [address], leftOut: [] };
  const work = new AddressWork(LEAD_ID, plan, book, {
    client,
    now: () => now,
    isForced: false,
    isAssertion: false,
    callOptions: { lane: 'live' },
  });
  return { work, calls, left: () => book.changes()[0] };
}

describe('an address that may yet be made for the user that it came from', () => {
  test('is not made for another before that is over', async () => {
    const { work, calls } = await workOn({ row: MADE_FOR_ANOTHER });
    expect(await work.settle()).toMatchObject({ kind: 'rate_limited', retryAfterMs: 5_000 });
    expect(calls).toEqual([`view ${LEAD_ID}`, `view ${OLD_ID}`]);
  });

  test('is made once it is over', async () => {
    const { work, calls, left } = await workOn({ row: MADE_FOR_ANOTHER, now: NOW + 5_000 });
    expect(await work.settle()).toBeUndefined();
    expect(calls.slice(2)).toEqual(['ask', 'create']);
    expect(left()?.address).toMatchObject({ heldBy: LEAD_ID, making: null, isOn: true });
  });

  test('moves over where it was made', async () => {
    const { work, calls, left } = await workOn({ row: MADE_FOR_ANOTHER, holder: OLD_ID });
    expect(await work.settle()).toBeUndefined();
    expect(calls.slice(2)).toEqual(['transfer']);
    expect(left()?.address).toMatchObject({ heldBy: LEAD_ID, making: null, isOn: true, origin: 'ours' });
  });
});

describe('a create', () => {
  test('that nobody saw the end of may land for as long as OneSignal works on a request', async () => {
    const { work, left } = await workOn({ row: CLAIMED, made: { kind: 'lost', fault: 'reset' } as OneSignalOutcome });
    expect(await work.settle()).toMatchObject({ kind: 'lost' });
    expect(left()?.address).toMatchObject({ origin: 'ours', making: { userKey: LEAD_ID, until: NOW + DOUBT_MS } });
  });

  test('that OneSignal refused lands no more, and what turns up there is not ours', async () => {
    const { work, left } = await workOn({ row: CLAIMED, made: { kind: 'not_found', status: 404 } });
    expect(await work.settle()).toMatchObject({ kind: 'not_found' });
    expect(left()?.address).toMatchObject({ origin: 'unknown', making: null, heldBy: null });
  });
});

test('a transfer that nobody saw the end of may land as well, from where it was', async () => {
  const moved = { kind: 'lost', fault: 'reset' } as OneSignalOutcome;
  const { work, left } = await workOn({ row: MADE_FOR_ANOTHER, holder: OLD_ID, moved });
  expect(await work.settle()).toMatchObject({ kind: 'lost' });
  expect(left()?.address).toMatchObject({ heldBy: OLD_ID, making: { userKey: LEAD_ID, until: NOW + DOUBT_MS } });
});

test('an opt-out waits for the turn of the user that has the address: OneSignal counts it as one of its changes', async () => {
  const row = { ...CLAIMED, heldBy: OLD_ID, isOn: true };
  const { work, calls } = await workOn({ row, holder: OLD_ID, agrees: false });
  expect(await work.switchOff()).toBeUndefined();
  expect(calls).toEqual([`view ${OLD_ID}`, `switch at ${OLD_ID}`]);
});

describe('a user that is to have no tags', () => {
  const madeHere = { ...MADE_FOR_ANOTHER, making: { userKey: LEAD_ID, until: NOW + 5_000 } };
  const letGo = async (world: World) => {
    const { work, calls, left } = await workOn(world);
    expect(await work.letGo()).toBeUndefined();
    return { calls, left: left() };
  };

  test('keeps no address from others that it does not have', async () => {
    expect(await letGo({ row: CLAIMED })).toMatchObject({ calls: [], left: { address: undefined } });
  });

  test('leaves one that may yet be made for it to others, who are told', async () => {
    const { left } = await letGo({ row: madeHere });
    expect(left?.address).toMatchObject({ recordId: null, making: madeHere.making });
  });

  test('does not wait for itself where OneSignal has it no more', async () => {
    const { left } = await letGo({ row: madeHere, now: NOW + 6_000, isUserGone: true });
    expect(left).toMatchObject({ address: undefined });
  });

  test('loses one that its record has no longer', async () => {
    const row = { ...CLAIMED, heldBy: OLD_ID, origin: 'ours', isOn: true } as const;
    const { calls, left } = await letGo({ row, holder: OLD_ID, email: 'ada.new@example.com' });
    expect(calls).toEqual([`view ${OLD_ID}`, `delete at ${OLD_ID}`]);
    expect(left).toMatchObject({ address: undefined });
  });

  test('keeps one that it has, or turns out to have', async () => {
    expect(await letGo({ row: { ...CLAIMED, heldBy: LEAD_ID, isOn: true } })).toEqual({ calls: [], left: undefined });
    const { left } = await letGo({ row: madeHere, holder: LEAD_ID });
    expect(left?.address).toMatchObject({ recordId: LEAD_ID, heldBy: LEAD_ID, making: null, isOn: true });
  });
});
