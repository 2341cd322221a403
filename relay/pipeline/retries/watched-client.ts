import type { OneSignalClient } from '../../onesignal/onesignal-contract.ts';
import type { OneSignalOutcome } from '../../onesignal/onesignal-outcome.ts';

/** The same client, whose writes tell what became of them. The probe and views are no work: they prove nothing about it. */
export function watchWrites(client: OneSignalClient, onOutcome: (outcome: OneSignalOutcome) => void): OneSignalClient {
  const watched = <Given extends unknown[]>(call: (...given: Given) => Promise<OneSignalOutcome>) => {
    return (...given: Given) =>
      call(...given).then((outcome) => {
        onOutcome(outcome);
        return outcome;
      });
  };
  return {
    ...client,
    createUser: watched(client.createUser),
    updateTags: watched(client.updateTags),
    updateIdentity: watched(client.updateIdentity),
    deleteAlias: watched(client.deleteAlias),
    deleteUser: watched(client.deleteUser),
    createSubscription: watched(client.createSubscription),
    updateSubscription: watched(client.updateSubscription),
    transferSubscription: watched(client.transferSubscription),
    deleteSubscription: watched(client.deleteSubscription),
    createEvents: watched(client.createEvents),
    sendMessage: watched(client.sendMessage),
  };
}
