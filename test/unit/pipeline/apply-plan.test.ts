import type { OneSignalClient } from '../../../relay/onesignal/onesignal-contract.ts';
import { applyPlan } from '../../../relay/pipeline/apply-plan.ts';
import type { KnownUser } from '../../../relay/store/store.ts';

/** A client that takes everything and remembers the tags it was sent. */
function takingClient() {
  const sent: Readonly<Record<string, string>>[] = [];
  const accepted = { kind: 'accepted', status: 202, oneSignalId: undefined } as const;
  const client = {
    updateTags: (_alias: unknown, tags: Readonly<Record<string, string>>) => {
      sent.push(tags);
      return Promise.resolve(accepted);
    },
    deleteAlias: () => Promise.resolve(accepted),
    updateIdentity: () => Promise.resolve(accepted),
  } as unknown as OneSignalClient;
  return { client, sent };
}

const OPTIONS = { now: () => 0, isForced: false, isAssertion: false, callOptions: {} };

test.each(['constructor', 'toString', 'hasOwnProperty'])('a tag named "%s" is removed like any other', async (key) => {
  const known: KnownUser = {
    key: 'u-1',
    onesignalId: null,
    tags: { [key]: 'fingerprint' },
    aliases: {},
    createdAt: null,
    assertAt: null,
  };
  const { client, sent } = takingClient();
  const desired = { key: 'u-1', tags: {}, aliases: {}, isToBeDeleted: false };
  await applyPlan(desired, known, { ...OPTIONS, client });
  expect(sent).toEqual([{ [key]: '' }]);
});
