import { RelayError } from '../config/relay-error.ts';

/** A store belongs to one org and one app. */
export interface Owner {
  orgId: string;
  appId: string;
}

/**
 * @param stored null where the store is new
 * @throws RelayError STORE_OTHER_ORG, STORE_OTHER_APP
 */
export function assertOwner(stored: { orgId: string | null; appId: string | null }, { orgId, appId }: Owner): void {
  if (stored.orgId !== null && stored.orgId !== orgId) {
    throw new RelayError(
      'STORE_OTHER_ORG',
      `The store belongs to the org ${stored.orgId}, but the login leads to ${orgId}.`,
    );
  }
  if (stored.appId !== null && stored.appId !== appId) {
    throw new RelayError(
      'STORE_OTHER_APP',
      `The store belongs to the OneSignal app ${stored.appId}, but ONESIGNAL_APP_ID is ${appId}.`,
    );
  }
}
