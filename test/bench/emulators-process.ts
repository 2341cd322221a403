import { savedId } from '../../scripts/demo/play.ts';
import { startWorld, type World } from '../emulators/world.ts';

/**
 * Both sides in a process of their own, so that what a bench measures of the relay's process is the relay's alone. It is
 * told what to do by messages, and answers each with one.
 */
export type ToEmulators =
  | { kind: 'start'; leads: number }
  /** Counts from here on. */
  | { kind: 'phase' }
  | { kind: 'figures' }
  /** The stage of all leads is called so from now on. */
  | { kind: 'map'; lifecycleStage: string };

/** What OneSignal and Salesforce counted in this phase. */
export interface Figures {
  creates: number;
  updates: number;
  /** First and last write to OneSignal by their receipt, ms since 1970; undefined before the first. */
  firstAt: number | undefined;
  lastAt: number | undefined;
  /** Requests that broke a limit of OneSignal's, over all phases. */
  violations: number;
  salesforceCalls: number;
  /** Users that OneSignal has. */
  users: number;
}

export type FromEmulators = { environment: Record<string, string> } | Figures | 'done';

const REQUESTS_PER_SECOND = 1_000;
const STAGE = 'Open - Not Contacted';

let world: World | undefined;
let phase = { from: 0, scanned: 0, creates: 0, updates: 0, apiCalls: 0 };

async function start(leads: number): Promise<FromEmulators> {
  world = await startWorld({
    org: { seed: 'bench' },
    salesforce: { apiCallsPerDay: 10_000_000 },
    onesignal: { requestsPerSecond: REQUESTS_PER_SECOND },
  });
  // As a data load brings them: no stamp, no event.
  const loader = world.org.addUser({
    username: 'loader@emulated.example',
    isAdministrator: true,
    permissionSets: ['OneSignal_Relay'],
  });
  for (let n = 0; n < leads; n += 1)
    savedId(world.org.create('Lead', { LastName: `Lead ${n}`, Company: 'Acme', Status: STAGE }, loader));
  return { environment: world.environment };
}

function begin({ onesignal, salesforce }: World): FromEmulators {
  const from = onesignal.stats.writes.length;
  phase = { from, scanned: from, creates: 0, updates: 0, apiCalls: salesforce.stats.apiCalls };
  return 'done';
}

function figures({ onesignal, salesforce }: World): Figures {
  const { writes } = onesignal.stats;
  for (; phase.scanned < writes.length; phase.scanned += 1) {
    const call = writes[phase.scanned]?.call;
    if (call === 'create_user') phase.creates += 1;
    if (call === 'update_user') phase.updates += 1;
  }
  const { app, user, view } = onesignal.violations;
  return {
    creates: phase.creates,
    updates: phase.updates,
    firstAt: writes[phase.from]?.receivedAt,
    lastAt: writes.length > phase.from ? writes.at(-1)?.receivedAt : undefined,
    violations: app + user + view,
    salesforceCalls: salesforce.stats.apiCalls - phase.apiCalls,
    users: onesignal.users.count(),
  };
}

function map({ org }: World, lifecycleStage: string): FromEmulators {
  const row = { Object_Name__c: 'Lead', Stage__c: STAGE, Lifecycle_Stage__c: lifecycleStage, Is_Active__c: true };
  org.putMetadataRow('OneSignal_Stage_Mapping__mdt', 'Bench', row);
  return 'done';
}

async function answerTo(message: ToEmulators): Promise<FromEmulators> {
  if (message.kind === 'start') return start(message.leads);
  if (world === undefined) throw new Error('the emulators were asked before they were started');
  if (message.kind === 'phase') return begin(world);
  if (message.kind === 'map') return map(world, message.lifecycleStage);
  return figures(world);
}

process.on('message', (message: ToEmulators) => {
  void answerTo(message).then((answer) => process.send?.(answer));
});
// Whoever started it is gone.
process.on('disconnect', () => process.exit());
