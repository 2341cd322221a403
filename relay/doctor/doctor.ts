import type { Environment } from '../config/environment.ts';
import { isRelayError } from '../config/relay-error.ts';
import { VERSION } from '../config/version.ts';
import { OBJECT_NAMES, type ObjectName } from '../mapping/record.ts';
import { createOneSignalClient } from '../onesignal/onesignal-client.ts';
import { createGate } from '../pipeline/gate.ts';
import { probeOneSignal } from '../pipeline/onesignal-retries.ts';
import { createSetup, type Setup } from '../pipeline/setup.ts';
import { type AccessToken, requestAccessToken } from '../salesforce/access-token.ts';
import { type Allocations, readAllocations } from '../salesforce/allocations.ts';
import { createSession, type SalesforceSession } from '../salesforce/session.ts';
import { type FieldRights, readFieldRights } from '../salesforce/setup-reader.ts';
import type { StreamTiming } from '../salesforce/streaming/cometd-source.ts';
import type { Store } from '../store/store.ts';
import { SILENT_LOGGER } from '../telemetry/logger.ts';
import { checkApiCalls, checkDeliveries, type OwnUse, readOwnUse } from './allocation-checks.ts';
import { CHECKS, type CheckId, type CheckResult, type Finding, failed, pass } from './check.ts';
import { checkCursor, checkDisk, checkFailures, checkStore } from './host-checks.ts';
import {
  checkKillSwitch,
  checkMappingRows,
  checkSettings,
  checkStages,
  checkTags,
  type StageValues,
} from './mapping-checks.ts';
import {
  checkApiVersion,
  checkClock,
  checkFields,
  checkFlows,
  checkPackage,
  checkScopes,
  checkViewAll,
  readApiVersions,
} from './org-checks.ts';
import { checkStream } from './stream-check.ts';
import { checkWebhook } from './webhook-check.ts';

export interface DoctorOptions {
  environment: Environment;
  /** The commands' own way to the store. */
  openStore: () => Promise<Store>;
  streamTiming?: Partial<StreamTiming> | undefined;
  /** How long a subscription may take, ms. */
  streamPatienceMs?: number | undefined;
  /** Told of each check when it is made. */
  onResult?: ((result: CheckResult) => void) | undefined;
}

/** What the checks came to, and what they found on the way. */
export interface Examination {
  results: readonly CheckResult[];
  found: Readonly<Partial<Found>>;
}

/** Looks at everything that the relay needs, and changes nothing. The store must be closed by who opened it. */
export async function runDoctor(options: DoctorOptions): Promise<Examination> {
  const doctor = new Doctor(options);
  await doctor.look();
  return { results: doctor.results, found: doctor.found };
}

/** What one check finds, and the others need. */
interface Found {
  token: AccessToken;
  session: SalesforceSession;
  setup: Setup;
  rights: Readonly<Record<ObjectName, FieldRights>>;
  allocations: Allocations;
  ownUse: OwnUse;
  store: Store;
}

class Doctor {
  readonly results: CheckResult[] = [];
  readonly #options: DoctorOptions;
  readonly found: Partial<Found> = {};

  constructor(options: DoctorOptions) {
    this.#options = options;
  }

  async look(): Promise<void> {
    const { environment } = this.#options;
    await this.#check('environment', [], () => pass('Every variable has a value that the relay can use.'));
    await this.#lookAtOrg(environment);
    await this.#check('onesignal', [], () => this.#askOneSignal());
    await this.#check('store', [], () => this.#openStore());
    await this.#check('disk', ['store'], () => checkDisk(environment));
    await this.#check('cursor', ['store'], ({ store }) => checkCursor(store, environment.salesforce.channel));
    await this.#check('failures', ['store'], ({ store }) => checkFailures(store));
    await this.#check('webhook', ['store'], ({ store }) => checkWebhook(store, environment));
  }

  async #lookAtOrg({ salesforce }: Environment): Promise<void> {
    await this.#check('login', [], () => this.#logIn());
    await this.#check('scopes', ['token'], ({ token }) => checkScopes(token));
    await this.#check('clock', ['token'], ({ token }) => checkClock(token, Date.now()));
    await this.#check('api_version', ['session'], ({ session }) => this.#compareVersions(session));
    await this.#check('package', ['session'], ({ session }) => checkPackage(session));
    await this.#check('fields', ['session'], ({ session }) => this.#describe(session));
    await this.#check('view_all', ['session'], ({ session, token }) => checkViewAll(session, token.userId));
    await this.#check('flows', ['session'], ({ session }) => checkFlows(session));
    await this.#check('settings', ['session'], ({ session }) => this.#readSetup(session));
    await this.#check('kill_switch', ['setup'], ({ setup }) => checkKillSwitch(setup.settings));
    await this.#check('mapping_rows', ['setup'], ({ setup }) => checkMappingRows(setup.warnings.rows));
    await this.#check('stages', ['setup', 'rights'], ({ setup: { mapping, settings }, rights }) =>
      checkStages(mapping, settings, valuesIn(rights)),
    );
    await this.#check('tags', ['setup'], ({ setup: { mapping, settings } }) => checkTags(mapping, settings));
    await this.#check('deliveries', ['session'], ({ session }) => this.#readAllocations(session));
    await this.#check('api_calls', ['allocations'], ({ allocations, ownUse }) => checkApiCalls(allocations, ownUse));
    await this.#check('stream', ['session'], ({ session }) =>
      checkStream(session, salesforce.channel, this.#options.streamTiming, this.#options.streamPatienceMs),
    );
  }

  async #check(
    check: CheckId,
    needs: readonly (keyof Found)[],
    look: (found: Found) => Finding | Promise<Finding>,
  ): Promise<void> {
    const isReady = needs.every((need) => this.found[need] !== undefined);
    const finding = isReady ? await this.#judged(() => look(this.found as Found)) : SKIPPED;
    const result = { check, title: CHECKS[check], ...finding };
    this.results.push(result);
    this.#options.onResult?.(result);
  }

  async #judged(look: () => Finding | Promise<Finding>): Promise<Finding> {
    try {
      return await look();
    } catch (error) {
      if (!isRelayError(error)) throw error;
      return failed(error);
    }
  }

  async #logIn(): Promise<Finding> {
    const { salesforce } = this.#options.environment;
    const token = await requestAccessToken(salesforce);
    this.found.token = token;
    this.found.session = await opened(token, salesforce.apiVersion);
    const how = salesforce.login.flow === 'jwt_bearer' ? 'JWT bearer' : 'client credentials';
    return pass(`Logged in to the org ${token.orgId} with ${how}.`);
  }

  /** The other checks go on with a version that the org has: they are not about this one. */
  async #compareVersions(session: SalesforceSession): Promise<Finding> {
    const { apiVersion } = this.#options.environment.salesforce;
    const versions = await readApiVersions(session);
    const newest = versions.at(-1);
    const { token } = this.found;
    if (token !== undefined && newest !== undefined && !versions.includes(apiVersion))
      this.found.session = await opened(token, newest);
    return checkApiVersion(versions, apiVersion);
  }

  async #describe(session: SalesforceSession): Promise<Finding> {
    const [Lead, Contact] = await Promise.all(OBJECT_NAMES.map((object) => readFieldRights(session, object)));
    if (Lead === undefined || Contact === undefined) throw new Error('an object was not described');
    this.found.rights = { Lead, Contact };
    return checkFields(this.found.rights);
  }

  async #readSetup(session: SalesforceSession): Promise<Finding> {
    const gate = createGate({ side: 'Salesforce', logger: SILENT_LOGGER, now: Date.now });
    const setup = createSetup({ session, gate, logger: SILENT_LOGGER, onPause: () => undefined });
    await setup.refresh();
    this.found.setup = setup;
    return checkSettings([...setup.warnings.settings, ...setup.warnings.access]);
  }

  async #askOneSignal(): Promise<Finding> {
    const client = createOneSignalClient({ ...this.#options.environment.onesignal, version: VERSION });
    try {
      const problem = await probeOneSignal(client);
      return problem === undefined ? pass('OneSignal takes the key for the app.') : failed(problem);
    } finally {
      await client.close();
    }
  }

  /** The store tells what the relay used of them. One that can't be read has a check of its own. */
  async #readAllocations(session: SalesforceSession): Promise<Finding> {
    await this.#judged(async () => {
      this.found.ownUse = await readOwnUse(await this.#store(), this.#options.environment.apiShare);
      return pass('');
    });
    this.found.allocations = await readAllocations(session);
    return checkDeliveries(this.found.allocations, this.found.ownUse);
  }

  async #openStore(): Promise<Finding> {
    return checkStore(await this.#store());
  }

  async #store(): Promise<Store> {
    this.found.store ??= await this.#options.openStore();
    return this.found.store;
  }
}

async function opened(token: AccessToken, apiVersion: string): Promise<SalesforceSession> {
  const session = createSession({ apiVersion, requestToken: () => Promise.resolve(token) });
  await session.open();
  return session;
}

const SKIPPED: Finding = { status: 'skipped', says: 'Not looked at: an earlier check failed that it needs.' };

function valuesIn(rights: Found['rights']): StageValues {
  return {
    Lead: rights.Lead.get('Status')?.activeValues ?? [],
    Contact: rights.Contact.get('OneSignal_Lifecycle_Stage__c')?.activeValues ?? [],
  };
}
