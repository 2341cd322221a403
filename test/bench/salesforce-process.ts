import { setImmediate as letOthersWork } from 'node:timers/promises';
import { IN_THE_BROWSER, savedId } from '../../scripts/demo/play.ts';
import type { FieldValues } from '../emulators/salesforce/org-contract.ts';
import { type SalesforceSide, startSalesforceSide } from '../emulators/world.ts';
import { answerMessages } from './answer-messages.ts';

/** Salesforce in a process of its own, so that neither the relay nor OneSignal waits while it works. */
export type ToSalesforce =
  | { kind: 'start'; leads: number; apiCallsPerDay: number }
  /** Where it is to be found from now on: something stands before it. */
  | { kind: 'advertise'; url: string }
  /** The stage of all leads is called so from now on. */
  | { kind: 'map'; lifecycleStage: string }
  | { kind: 'calls' }
  /** Somebody moves leads to another stage, one after the other and round again. Answered when it begins. */
  | { kind: 'move'; count: number; perSecond: number }
  /** What happened since the last question. */
  | { kind: 'happened' }
  | { kind: 'stages' };

/** Record ids with times, ms since 1970 with fractions. */
export type Stamped = [id: string, at: number][];

export interface Happened {
  /** Stage changes, by the time after their commit. */
  moved: Stamped;
  /** Statuses that came in on records. */
  answered: Stamped;
  /** All that were asked for are made. */
  isIdle: boolean;
}

const STAGE = 'Open - Not Contacted';
const OTHER_STAGE = 'Working - Contacted';
/** Changes are made in steps of a timer. */
const STEP_MS = 4;

let side: SalesforceSide | undefined;
let ids: string[] = [];
let turn = 0;
let isIdle = true;
let moved: Stamped = [];
let answered: Stamped = [];

const now = () => performance.timeOrigin + performance.now();

async function start(leads: number, apiCallsPerDay: number): Promise<Record<string, string>> {
  const allotted = { apiCallsPerDay, deliveriesPerDay: 100_000_000, publishedPerHour: 100_000_000 };
  side = await startSalesforceSide({ org: { seed: 'bench' }, salesforce: allotted });
  const { org, environment } = side;
  // As a data load brings them: no stamp, no event.
  const loader = org.addUser({
    username: 'loader@emulated.example',
    isAdministrator: true,
    permissionSets: ['OneSignal_Relay'],
  });
  ids = Array.from({ length: leads }, (_, n) =>
    savedId(org.create('Lead', { LastName: `Lead ${n}`, Company: 'Acme', Status: STAGE }, loader)),
  );
  noteStatuses(side);
  return environment;
}

/** By Salesforce's own stamp: when it had saved the status. */
function noteStatuses({ org }: SalesforceSide): void {
  const update = org.update.bind(org);
  org.update = (object, id, values, as, options) => {
    const result = update(object, id, values, as, options);
    if (result.success && isStatus(values)) answered.push([id, now()]);
    return result;
  };
}

function isStatus(values: FieldValues): boolean {
  return values.OneSignal_Synced_Stage__c !== undefined;
}

function advertise({ salesforce }: SalesforceSide, url: string): number {
  salesforce.advertise(url);
  return 1;
}

function map({ org }: SalesforceSide, lifecycleStage: string): number {
  const row = { Object_Name__c: 'Lead', Stage__c: STAGE, Lifecycle_Stage__c: lifecycleStage, Is_Active__c: true };
  org.putMetadataRow('OneSignal_Stage_Mapping__mdt', 'Bench', row);
  return 1;
}

async function move({ org, seller }: SalesforceSide, count: number, perSecond: number): Promise<void> {
  isIdle = false;
  const beganAt = performance.now();
  for (let made = 0; made < count; ) {
    const wanted = Math.min(count, Math.ceil(((performance.now() - beganAt) / 1_000) * perSecond));
    for (; made < wanted; made += 1) {
      const id = ids[turn % ids.length] ?? '';
      const stage = Math.floor(turn / ids.length) % 2 === 0 ? OTHER_STAGE : STAGE;
      savedId(org.update('Lead', id, { Status: stage }, seller, IN_THE_BROWSER));
      moved.push([id, now()]);
      turn += 1;
    }
    await (perSecond === Number.POSITIVE_INFINITY ? letOthersWork() : new Promise((done) => setTimeout(done, STEP_MS)));
  }
  isIdle = true;
}

function happened(): Happened {
  const answer = { moved, answered, isIdle };
  moved = [];
  answered = [];
  return answer;
}

function stages({ org }: SalesforceSide): Record<string, unknown> {
  return Object.fromEntries(
    ids.map((id) => {
      const { Status: stage, OneSignal_Synced_Stage__c: synced } = org.peek('Lead', id) ?? {};
      return [id, { stage, synced }];
    }),
  );
}

answerMessages<ToSalesforce>(async (message) => {
  if (message.kind === 'start') return start(message.leads, message.apiCallsPerDay);
  if (side === undefined) throw new Error('Salesforce was asked before it was started');
  if (message.kind === 'advertise') return advertise(side, message.url);
  if (message.kind === 'map') return map(side, message.lifecycleStage);
  if (message.kind === 'calls') return side.salesforce.stats.apiCalls;
  if (message.kind === 'happened') return happened();
  if (message.kind === 'stages') return stages(side);
  void move(side, message.count, message.perSecond || Number.POSITIVE_INFINITY);
  return 1;
});
