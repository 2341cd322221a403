import type { OneSignalClient } from '../../../relay/onesignal/onesignal-contract.ts';
import { applyPlan } from '../../../relay/pipeline/apply-plan.ts';
import { nothingHeld } from '../../../relay/pipeline/nothing-held.ts';
import type { KnownUser } from '../../../relay/store/store.ts';

/** A client that takes everything, or loses it when told to, and remembers the tags and aliases it was sent. */
function takingClient() {
  const sent: Readonly<Record<string, string>>[] = [];
  const identities: Readonly<Record<string, string>>[] = [];
  const accepted = { kind: 'accepted', status: 202, oneSignalId: undefined } as const;
  const lost = { kind: 'lost', fault: 'timeout' } as const;
  const state = { loses: false };
  const answer = () => Promise.resolve(state.loses ? lost : accepted);
  const client = {
    createUser: answer,
    updateTags: (_alias: unknown, tags: Readonly<Record<string, string>>) => {
      sent.push(tags);
      return answer();
    },
    deleteAlias: answer,
    updateIdentity: (_alias: unknown, identity: Readonly<Record<string, string>>) => {
      identities.push(identity);
      return answer();
    },
  } as unknown as OneSignalClient;
  return { client, sent, identities, state };
}

const OPTIONS = { now: () => 0, isForced: false, isAssertion: false, callOptions: {} };

test.each(['constructor', 'toString', 'hasOwnProperty'])('a tag named "%s" is removed like any other', async (key) => {
  const known: KnownUser = { ...nothingHeld('u-1'), tags: { [key]: 'fingerprint' } };
  const { client, sent } = takingClient();
  const desired = { key: 'u-1', tags: {}, aliases: {}, inherited: {}, isToBeDeleted: false };
  await applyPlan(desired, known, { ...OPTIONS, client });
  expect(sent).toEqual([{ [key]: '' }]);
});

const user = (given: Partial<KnownUser> = {}): KnownUser => ({ ...nothingHeld('u-1'), ...given });
const desire = (tags: Record<string, string>, aliases: Record<string, string> = {}) => ({
  key: 'u-1',
  tags,
  aliases,
  inherited: {},
  isToBeDeleted: false,
});

test('a stage that is back at what was sent before a lost write is sent all the same: the lost one may have landed', async () => {
  const { client, sent, state } = takingClient();
  const first = await applyPlan(desire({ sf_stage: 'New' }), user(), { ...OPTIONS, client });
  state.loses = true;
  const lost = await applyPlan(desire({ sf_stage: 'Working' }), first.user, { ...OPTIONS, client });
  state.loses = false;
  const again = await applyPlan(desire({ sf_stage: 'New' }), lost.user, { ...OPTIONS, client });
  expect(sent.at(-1)).toEqual({ sf_stage: 'New' });
  expect(again.end).toEqual({ kind: 'done' });
});

test('a tag that only a lost write could have brought is removed once the plan has it no longer', async () => {
  const { client, sent, state } = takingClient();
  state.loses = true;
  const lost = await applyPlan(desire({ sf_stage: 'New', source: 'Web' }), user(), { ...OPTIONS, client });
  state.loses = false;
  await applyPlan(desire({ sf_stage: 'New' }), lost.user, { ...OPTIONS, client });
  expect(sent.at(-1)).toEqual({ source: '', sf_stage: 'New' });
});

test('tags and aliases of a create whose answer was lost are sent again, and taken away when the plan drops them', async () => {
  const { client, sent, identities, state } = takingClient();
  state.loses = true;
  const lost = await applyPlan(desire({ sf_stage: 'New', source: 'Web' }, { salesforce_id: 'a' }), undefined, {
    ...OPTIONS,
    client,
  });
  state.loses = false;
  await applyPlan(desire({ sf_stage: 'New' }, { salesforce_id: 'a' }), lost.user, { ...OPTIONS, client });
  expect([sent, identities]).toEqual([[{ source: '', sf_stage: 'New' }], [{ salesforce_id: 'a' }]]);
});

test('while a write of a process that died may land, what the store takes for sent is sent again', async () => {
  const { client, sent, identities } = takingClient();
  const known = (await applyPlan(desire({ sf_stage: 'New' }, { salesforce_id: 'a' }), user(), { ...OPTIONS, client }))
    .user;
  const doubted = known === undefined ? undefined : { ...known, assertAt: 5 };
  await applyPlan(desire({ sf_stage: 'New' }, { salesforce_id: 'a' }), doubted, { ...OPTIONS, client });
  expect([sent.length, identities.length]).toEqual([2, 2]);
});

test('an assertion that was refused for now is still to be made, one that was answered is not', async () => {
  const busy = { kind: 'rate_limited', status: 429, retryAfterMs: 1_000, scope: 'app' } as const;
  const refusing = { updateTags: () => Promise.resolve(busy) } as unknown as OneSignalClient;
  const doubted = user({ assertAt: 5 });
  const asserting = { ...OPTIONS, now: () => 10, isAssertion: true };
  const refused = await applyPlan(desire({ sf_stage: 'New' }), doubted, { ...asserting, client: refusing });
  const answered = await applyPlan(desire({ sf_stage: 'New' }), doubted, {
    ...asserting,
    client: takingClient().client,
  });
  expect([refused.user?.assertAt, answered.user?.assertAt]).toEqual([5, null]);
});

describe('a user that is not found after a create whose answer was lost', () => {
  const notFound = () => Promise.resolve({ kind: 'not_found', status: 404 } as const);
  const created = { kind: 'created', status: 201, oneSignalId: 'o-1' } as const;
  const busy = { kind: 'rate_limited', status: 429, retryAfterMs: 1_000, scope: 'app' } as const;
  const making = (answer: typeof created | typeof busy) =>
    ({ updateTags: notFound, createUser: () => Promise.resolve(answer) }) as unknown as OneSignalClient;
  const doubted = user({ tags: { sf_stage: '?', source: '?' }, aliases: { salesforce_id: '?' }, assertAt: 100_000 });

  test('stays in doubt while it can’t be made: the lost one may land on the one that is made next', async () => {
    const { user: held } = await applyPlan(desire({ sf_stage: 'New' }), doubted, { ...OPTIONS, client: making(busy) });
    expect(held).toEqual(doubted);
  });

  test('may get from it what the plan no longer has', async () => {
    const plan = desire({ sf_stage: 'New' }, { salesforce_id: 'a' });
    const { end, user: held } = await applyPlan(plan, doubted, { ...OPTIONS, client: making(created) });
    expect(end).toEqual({ kind: 'done' });
    expect(held).toMatchObject({ onesignalId: 'o-1', aliases: { salesforce_id: 'a' }, assertAt: 100_000 });
    expect(held?.tags).toMatchObject({ source: '?' });
  });
});

describe('a 404 to a deletion', () => {
  const notFound = (status: number) => Promise.resolve({ kind: 'not_found', status } as const);
  const deleting = (status: number) =>
    ({ deleteUser: () => notFound(status), deleteAlias: () => notFound(status) }) as unknown as OneSignalClient;
  const ourOwn = user({ createdAt: 0, aliases: { salesforce_id: 'a' } });
  const [nothing, noUser] = [desire({}), { ...desire({}), isToBeDeleted: true }];

  test.each([nothing, noUser])('of a user that we have just made is no answer yet', async (desired) => {
    const { end, user: held } = await applyPlan(desired, ourOwn, { ...OPTIONS, client: deleting(404) });
    expect(end.kind).toBe('interrupted');
    expect(held?.aliases).toEqual({ salesforce_id: 'a' });
  });

  test.each([nothing, noUser])('of a user that has been there for a minute says that it is done', async (desired) => {
    const later = { ...OPTIONS, now: () => 60_000, client: deleting(404) };
    const { end, user: held } = await applyPlan(desired, ourOwn, later);
    expect(end.kind).toBe('done');
    expect(held?.aliases ?? {}).toEqual({});
  });

  test('after a lost answer says that it was done; a lost create may still make the user anew', async () => {
    const doubted = { ...ourOwn, assertAt: 100_000 };
    const { end, user: held } = await applyPlan(noUser, doubted, { ...OPTIONS, client: deleting(404) });
    expect([end.kind, held]).toEqual(['done', user({ aliases: { salesforce_id: '?' }, assertAt: 100_000 })]);
  });

  test('after a process that was at work on the user died says that it was done', async () => {
    const again = { ...OPTIONS, isAssertion: true, client: deleting(404) };
    const { end, user: held } = await applyPlan(noUser, ourOwn, again);
    expect([end.kind, held]).toEqual(['done', undefined]);
  });

  test('or rather a 409, which says that the user does not have the alias, is done at once', async () => {
    const { end } = await applyPlan(nothing, ourOwn, { ...OPTIONS, client: deleting(409) });
    expect(end.kind).toBe('done');
  });
});

test('of the aliases that OneSignal says another user holds, only those that were asked for are told of', async () => {
  const conflictingAliases = { salesforce_id: '00Q000000000001EAA', 'dana@example.com': 'x', onesignal_id: 'y' };
  const claimed = { kind: 'alias_claimed', status: 409, conflictingAliases } as const;
  const client = { createUser: () => Promise.resolve(claimed) } as unknown as OneSignalClient;
  const desired = desire({ sf_stage: 'New' }, { salesforce_id: '00Q000000000001EAA' });
  expect((await applyPlan(desired, undefined, { ...OPTIONS, client })).end).toEqual({
    kind: 'failed',
    reason: 'ALIAS_CLAIMED',
    what: 'Another OneSignal user holds the alias salesforce_id of this record.',
    claimed: { salesforce_id: '00Q000000000001EAA' },
  });
});
