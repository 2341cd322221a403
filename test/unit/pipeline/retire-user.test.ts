import type { OneSignalClient } from '../../../relay/onesignal/onesignal-contract.ts';
import type { OneSignalOutcome, OneSignalUser } from '../../../relay/onesignal/onesignal-outcome.ts';
import { retireUser } from '../../../relay/pipeline/retire-user.ts';

const EMPTY: OneSignalUser = { identity: { external_id: 'u-1', onesignal_id: 'o-1' }, tags: {}, subscriptions: [] };
const PHONE = { id: 's-1', type: 'SMS', token: '+15550100', enabled: false, notificationTypes: -2 };
const seen = (user: OneSignalUser): OneSignalOutcome => ({ kind: 'viewed', status: 200, user });
const accepted: OneSignalOutcome = { kind: 'accepted', status: 202, oneSignalId: undefined };

function onesignal(view: OneSignalOutcome, deletion: OneSignalOutcome = accepted) {
  const deleted: string[] = [];
  const client = {
    viewUser: () => Promise.resolve(view),
    deleteUser: (_: unknown, key: string) => {
      deleted.push(key);
      return Promise.resolve(deletion);
    },
  } as unknown as OneSignalClient;
  return { client, deleted };
}

test('a user that holds nothing but its external id is deleted', async () => {
  const { client, deleted } = onesignal(seen(EMPTY));
  expect(await retireUser('u-1', client, {})).toEqual({ kind: 'gone' });
  expect(deleted).toEqual(['u-1']);
});

test.each<[string, Partial<OneSignalUser>]>([
  ['an alias of others', { identity: { ...EMPTY.identity, crm_id: '7' } }],
  ['a subscription, be it switched off', { subscriptions: [PHONE] }],
])('a user with %s stays', async (_, more) => {
  const { client, deleted } = onesignal(seen({ ...EMPTY, ...more }));
  expect(await retireUser('u-1', client, {})).toEqual({ kind: 'kept' });
  expect(deleted).toEqual([]);
});

test('a user that is not there is done with, and one that OneSignal will not delete stays', async () => {
  expect(await retireUser('u-1', onesignal({ kind: 'not_found', status: 404 }).client, {})).toEqual({ kind: 'gone' });
  const refused: OneSignalOutcome = { kind: 'invalid', status: 400, codes: [] };
  expect(await retireUser('u-1', onesignal(seen(EMPTY), refused).client, {})).toEqual({ kind: 'kept' });
});

test('without an answer to the look, or to the deletion, it is tried again', async () => {
  const lost: OneSignalOutcome = { kind: 'lost', fault: 'timeout' };
  const unseen = onesignal(lost);
  expect(await retireUser('u-1', unseen.client, {})).toEqual({ kind: 'again', outcome: lost });
  expect(unseen.deleted).toEqual([]);
  expect(await retireUser('u-1', onesignal(seen(EMPTY), lost).client, {})).toEqual({ kind: 'again', outcome: lost });
});
