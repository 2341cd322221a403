import type { Store } from '../../relay/store/store.ts';
import type { UserView } from '../emulators/onesignal/emulator-types.ts';
import { type RunningRelay, type StartOptions, startRelay } from '../emulators/running-relay.ts';
import type { FieldValues, SaveResult } from '../emulators/salesforce/org-contract.ts';
import { startWorld, type World, type WorldOptions } from '../emulators/world.ts';

/** Both sides and a relay between them, with the words that the tests of the contract are written in. */
export interface Scenario {
  world: World;
  relay: RunningRelay;
  /** Creates a lead as somebody in sales, and returns its id. */
  lead(values?: FieldValues): string;
  /** Creates a contact with an account. */
  contact(values?: FieldValues): string;
  account(values: FieldValues): string;
  update(id: string, values: FieldValues): void;
  convert(leadId: string, contactId?: string): string;
  remove(id: string): void;
  /** Merges one record into another. */
  merge(winnerId: string, loserId: string, values?: FieldValues): void;
  /** The row, past every permission. */
  record(id: string): FieldValues;
  /** Status and reason of a record, e.g. `Synced OK`. */
  said(id: string): string;
  user(externalId: string): UserView | undefined;
  settled(): Promise<void>;
  /** Lets time go by for the relay and its store; OneSignal and Salesforce keep theirs. */
  passTime(ms: number): void;
  until: RunningRelay['until'];
  /** Another relay on the same data folder. The first is stopped unless it has been. */
  restart(options?: StartOptions): Promise<void>;
  stop(): Promise<void>;
  /** Reasons of `/readyz`. */
  reasons(): string[];
}

export interface ScenarioOptions {
  world?: WorldOptions;
  relay?: StartOptions;
  /** Before the relay starts. */
  prepare?(world: World): void;
}

/** A save in the UI with "assign using active assignment rules" unticked, so that every assignment counted is the relay's. */
const BY_HAND = { autoAssign: false, allowDuplicates: true };

let open: { scenario: Scenario; end(): Promise<void> } | undefined;

export async function startScenario(options: ScenarioOptions = {}): Promise<Scenario> {
  const world = await startWorld(options.world);
  options.prepare?.(world);
  let aheadMs = 0;
  const wrapStore = (store: Store): Store => {
    const later = { ...store, now: () => store.now() + aheadMs };
    return options.relay?.wrapStore?.(later) ?? later;
  };
  let relay = await startRelay(world, { ...options.relay, wrapStore });
  let isRunning = true;
  let number = 0;
  const stop = async () => {
    if (isRunning) await relay.stop({ keepData: true });
    isRunning = false;
  };
  const scenario: Scenario = {
    world,
    get relay() {
      return relay;
    },
    lead(values = {}) {
      number += 1;
      return idOf(world.org.create('Lead', { LastName: `Lead ${number}`, Company: 'Acme', ...values }, world.seller));
    },
    contact(values = {}) {
      number += 1;
      const AccountId = values.AccountId ?? scenario.account({ Name: `Account ${number}` });
      return idOf(world.org.create('Contact', { LastName: `Contact ${number}`, AccountId, ...values }, world.seller));
    },
    account: (values) => idOf(world.org.create('Account', values, world.seller)),
    update: (id, values) => void idOf(world.org.update(objectOf(id), id, values, world.seller, BY_HAND)),
    convert: (leadId, contactId) =>
      world.org.convertLead(leadId, world.seller, contactId === undefined ? {} : { contactId }).contactId,
    merge: (winnerId, loserId, values = {}) =>
      void idOf(world.org.merge(objectOf(winnerId), winnerId, [loserId], world.seller, values)),
    remove: (id) => void idOf(world.org.delete(objectOf(id), id, world.seller)),
    record(id) {
      const row = world.org.peek(objectOf(id), id);
      if (row === undefined) throw new Error(`${id} is not there`);
      return row;
    },
    said(id) {
      const { OneSignal_Sync_Status__c: status, OneSignal_Sync_Reason__c: reason } = scenario.record(id);
      return `${status} ${reason}`;
    },
    user: (externalId) => world.onesignal.users.byExternalId(externalId),
    settled: () => relay.settled(),
    passTime(ms) {
      aheadMs += ms;
    },
    until: (what, condition, deadlineMs) => relay.until(what, condition, deadlineMs),
    async restart(again = {}) {
      await stop();
      relay = await startRelay(world, { ...options.relay, wrapStore, ...again, dataDir: relay.dataDir });
      isRunning = true;
    },
    stop,
    reasons: () => relay.relay.readiness().reasons.map(({ code }) => code),
  };
  open = {
    scenario,
    async end() {
      if (isRunning) await relay.stop();
      else relay.discardData();
    },
  };
  return scenario;
}

/**
 * The pass of reconcile after the first subscription is over: it reads both objects, and one that meets a change before its
 * verdict has it sent in any case.
 */
export function firstPassIsOver(s: Scenario): Promise<void> {
  return s.until('the first pass is over', () => (s.world.salesforce.stats.calls.queryAll ?? 0) >= 2);
}

/** Call in `afterEach`: stops everything, and holds the run to what must be true of every run. */
export async function endScenario(): Promise<void> {
  const ending = open;
  open = undefined;
  if (ending === undefined) return;
  const { world } = ending.scenario;
  try {
    await ending.end();
  } finally {
    await world.close();
  }
  // Everything retained: that can spend the deliveries of a whole day.
  expect(world.salesforce.stats.replayIdsAsked).not.toContain(-2);
  const { emulatorErrors, writesWithoutAutoAssignFalse, writesWithoutAllowSave } = world.salesforce.stats;
  expect({ emulatorErrors, writesWithoutAutoAssignFalse, writesWithoutAllowSave }).toEqual({
    emulatorErrors: [],
    writesWithoutAutoAssignFalse: 0,
    writesWithoutAllowSave: 0,
  });
  expect(world.onesignal.violations).toMatchObject({ app: 0, user: 0, view: 0, details: [] });
  expect(world.org.counters.reassignments).toBe(0);
  expect(world.org.counters.duplicateAlerts).toBe(0);
}

function idOf(result: SaveResult): string {
  if (result.success) return result.id;
  throw new Error(`the save was refused: ${result.errors.map(({ statusCode }) => statusCode).join(', ')}`);
}

function objectOf(id: string): string {
  return id.startsWith('00Q') ? 'Lead' : 'Contact';
}
