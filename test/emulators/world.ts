import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { type OneSignalEmulator, type OneSignalOptions, startOneSignal } from './onesignal/start-onesignal.ts';
import { loadOrg } from './salesforce/org/load-org.ts';
import type { ControlledOrg, OrgOptions } from './salesforce/org/org-controls.ts';
import type { BusEvent, FieldValues, OrgUser } from './salesforce/org-contract.ts';
import { type SalesforceEmulator, type SalesforceOptions, startSalesforce } from './salesforce/start-salesforce.ts';

/** The event channel of the package. */
export const CHANNEL = '/event/OneSignal_Stage_Change__e';

const APP_ID = '6f1d4c1e-0d7a-4c55-9f0a-2a1c2b7c9e11';
const API_KEY = 'os_v2_app_emulated';
const CLIENT_ID = 'emulated-consumer-key';
const CLIENT_SECRET = 'emulated-consumer-secret';
const RELAY_USER = 'relay@emulated.example';
const SELLER = 'seller@emulated.example';

export interface WorldOptions {
  org?: OrgOptions;
  salesforce?: Partial<Omit<SalesforceOptions, 'org' | 'apps'>>;
  onesignal?: Partial<Omit<OneSignalOptions, 'appId'>>;
  /** Permission sets of the relay's user beside `OneSignal_Relay`. */
  relayPermissionSets?: string[];
}

/** Both sides, emulated, and the environment that points a relay at them. */
export interface World {
  org: ControlledOrg;
  /** Somebody in sales: sees and edits everything, has no bypass. */
  seller: OrgUser;
  relayUser: OrgUser;
  salesforce: SalesforceEmulator;
  onesignal: OneSignalEmulator;
  /** Client credentials; `jwtEnvironment` is the other way to log in. */
  environment: Record<string, string>;
  jwtEnvironment: Record<string, string>;
  /** Puts an event on the bus past every flow, as somebody else's automation could: subscribers get it as it is. */
  publish(payload: FieldValues): void;
  close(): Promise<void>;
}

/** Salesforce's half of a world, with what of the environment points at it. */
export interface SalesforceSide {
  org: ControlledOrg;
  seller: OrgUser;
  relayUser: OrgUser;
  salesforce: SalesforceEmulator;
  environment: Record<string, string>;
  jwtEnvironment: Record<string, string>;
  publish(payload: FieldValues): void;
}

export interface OneSignalSide {
  onesignal: OneSignalEmulator;
  environment: Record<string, string>;
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const side = await startSalesforceSide(options);
  const { onesignal, environment } = await startOneSignalSide(options);
  return {
    ...side,
    onesignal,
    environment: { ...environment, ...side.environment },
    jwtEnvironment: { ...environment, ...side.jwtEnvironment },
    async close() {
      await Promise.all([side.salesforce.close(), onesignal.close()]);
    },
  };
}

export async function startOneSignalSide({
  onesignal: options,
}: Pick<WorldOptions, 'onesignal'>): Promise<OneSignalSide> {
  const onesignal = await startOneSignal({ appId: APP_ID, apiKey: API_KEY, ...options });
  return {
    onesignal,
    environment: {
      ONESIGNAL_APP_ID: APP_ID,
      ONESIGNAL_API_KEY: API_KEY,
      ONESIGNAL_API_URL: onesignal.url,
      PORT: '0',
    },
  };
}

export async function startSalesforceSide(options: Omit<WorldOptions, 'onesignal'> = {}): Promise<SalesforceSide> {
  const org = loadOrg({ seed: 'world', ...options.org });
  const seller = org.addUser({ username: SELLER, isAdministrator: true });
  const relayUser = org.addUser({
    username: RELAY_USER,
    permissionSets: ['OneSignal_Relay', ...(options.relayPermissionSets ?? [])],
  });
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const app = {
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    runAs: RELAY_USER,
    publicKeyPem: keys.publicKey,
    preauthorizedUsernames: [RELAY_USER, SELLER],
  };
  const listeners: ((event: BusEvent) => void)[] = [];
  const { onPublish } = org;
  org.onPublish = (listener) => {
    listeners.push(listener);
    onPublish(listener);
  };
  const salesforce = await startSalesforce({ org, apps: [app], ...options.salesforce });
  const shared = { SALESFORCE_LOGIN_URL: salesforce.url, SALESFORCE_CLIENT_ID: CLIENT_ID };
  return {
    org,
    seller,
    relayUser,
    salesforce,
    environment: { ...shared, SALESFORCE_CLIENT_SECRET: CLIENT_SECRET },
    jwtEnvironment: { ...shared, SALESFORCE_USERNAME: RELAY_USER, SALESFORCE_PRIVATE_KEY: keys.privateKey },
    publish(payload) {
      const [replayId, eventUuid] = [org.lastReplayId(CHANNEL), randomUUID()];
      const event = { channel: CHANNEL, replayId, eventUuid, publishedAt: org.now(), schema: 'emulated', payload };
      for (const listener of listeners) listener(event);
    },
  };
}
