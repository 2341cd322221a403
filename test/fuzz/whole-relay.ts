import type { Dispatcher } from 'undici';
import type { SalesforceRequest, SalesforceSession } from '../../relay/salesforce/session.ts';
import type { FieldValues } from '../emulators/salesforce/org-contract.ts';
import { EmulatedOneSignal } from '../people/emulated-onesignal.ts';
import { EmulatedOrg } from '../people/emulated-org.ts';
import { answering } from '../simulation/answering.ts';
import { Lives } from '../simulation/lives.ts';
import { SimulatedRelay } from '../simulation/simulated-relay.ts';
import { simulatedSource } from '../simulation/simulated-source.ts';
import { SimulatedWorld, START } from '../simulation/simulated-world.ts';
import { liveIn, VirtualTime } from '../simulation/virtual-time.ts';
import { Chance } from './chance.ts';
import { anyJson, mutated, nastyText, personalText, recordId } from './hostile.ts';
import { isMarked } from './marks.ts';
import type { PlayedFuzz } from './played-fuzz.ts';

/** Before the relay's first look at the setup nothing happens, ms: a first start leaves a crowd to a backfill. */
const OPENING_MS = 5_000;
const SPAN_MS = 60_000;
/** Of answers that are garbage, until the world is calm. */
const SHARE_GARBLED = 0.08;
const MAPPED = ['Industry', 'Company', 'City'];
const OWN_TAGS = ['sf_stage', 'sf_stage_at', ...MAPPED.map((field) => `t_${field}`)];
const OWN_LABELS = ['external_id', 'salesforce_id', 'salesforce_lead_id', 'a_City'];

let time = new VirtualTime(START);
liveIn(() => time);

/**
 * The whole relay between both emulators, below HTTP and in virtual time: what people, forms and scripts write into records
 * and onto the event bus, garbled answers of both sides, crashes. In the end everything is at rest, every record that asked
 * for a sync says what became of it, OneSignal holds nothing that no plan asks for, and no line of the log quotes anything.
 */
export async function playWholeRelay(seed: number): Promise<PlayedFuzz> {
  const world = new SimulatedWorld(seed);
  time = world.time;
  const chance = new Chance(`whole ${seed}`);
  Math.random = new Chance(`relay ${seed}`).random;
  const org = new EmulatedOrg(world, { lost: 0.1, late: 0.1 });
  prepare(org);
  const onesignal = new EmulatedOneSignal(world);
  const relay = new SimulatedRelay(world, {
    session: (onAnswer) => garbledSession(org.session(onAnswer), world, chance),
    source: (handlers, start) => simulatedSource(world, org, handlers, start),
    dispatcher: () => garbledDispatcher(onesignal.dispatcher(), world, chance),
    senderDied: () => onesignal.senderDied(),
  });
  const inputs = 5 + chance.upTo(20);
  const writer = new Writer(org, chance);
  const spanMs = Math.min(SPAN_MS, Math.max(10_000, world.schedule.calmFrom));
  for (let n = 0; n < inputs; n += 1) time.after(OPENING_MS + chance.upTo(spanMs), 'world', () => writer.writes());
  const last = START + OPENING_MS + spanMs;
  const lives = new Lives(world, relay, () => Promise.resolve([]));
  try {
    const isAnythingToCome = () => onesignal.hasLateWrites || org.underWay > 0 || time.now < last;
    await lives.play(() => judge(org, onesignal, relay, writer.ids), isAnythingToCome);
    const quoted = world.trace.find((line) => / relay: /.test(line) && isMarked(line));
    if (quoted !== undefined) world.find('a log line quotes a record or an answer');
    const findings = world.findings.map((what) => ({ seed, kind: 'whole relay', what }));
    return { inputs, tally: { 'whole relay': writer.tally }, findings };
  } finally {
    await relay.discard();
  }
}

function prepare({ org }: EmulatedOrg): void {
  org.setSettings({ Max_Tags__c: 10, Sync_Email__c: true, Sync_Phone__c: true });
  org.addUser({ username: 'unused@emulated.example' });
  const row = { Object_Name__c: 'Lead', Transform__c: 'text', Is_Active__c: true };
  for (const field of MAPPED)
    org.putMetadataRow('OneSignal_Tag_Mapping__mdt', `T_${field}`, {
      ...row,
      Field__c: field,
      Kind__c: 'Tag',
      Tag__c: `t_${field}`,
    });
  org.putMetadataRow('OneSignal_Tag_Mapping__mdt', 'A_City', {
    ...row,
    Field__c: 'City',
    Kind__c: 'Alias',
    Tag__c: 'a_City',
  });
}

/** People, web forms, imports, and somebody else's automation. */
class Writer {
  readonly #org: EmulatedOrg;
  readonly #chance: Chance;
  readonly ids: string[] = [];
  readonly tally: Record<string, number> = {};

  constructor(org: EmulatedOrg, chance: Chance) {
    this.#org = org;
    this.#chance = chance;
  }

  writes(): void {
    const what = this.#chance.oneOf(
      this.ids.length === 0
        ? (['create'] as const)
        : (['create', 'update', 'update', 'delete', 'publish', 'publish'] as const),
    );
    this.#count(`${what}${this.#does(what) ? '' : ', refused'}`);
  }

  #does(what: 'create' | 'update' | 'delete' | 'publish'): boolean {
    const { org, seller } = this.#org;
    const chance = this.#chance;
    const save = { autoAssign: false, allowDuplicates: true };
    if (what === 'publish') {
      this.#org.events.push({ replayId: this.#org.events.length + 1, payload: anyPayload(chance, this.ids) });
      return true;
    }
    if (what === 'create') {
      const isLead = chance.happens(0.7);
      const values = isLead ? { Company: 'Acme' } : { OneSignal_Lifecycle_Stage__c: 'MQL' };
      const saved = org.create(
        isLead ? 'Lead' : 'Contact',
        { LastName: 'X', ...values, ...anyFields(chance, isLead) },
        seller,
        save,
      );
      if (saved.success) this.ids.push(saved.id);
      return saved.success;
    }
    const id = chance.oneOf(this.ids);
    const object = id.startsWith('00Q') ? 'Lead' : 'Contact';
    if (what === 'delete') return org.delete(object, id, seller).success;
    return org.update(object, id, anyFields(chance, object === 'Lead'), seller, save).success;
  }

  #count(what: string): void {
    this.tally[what] = (this.tally[what] ?? 0) + 1;
  }
}

function anyFields(chance: Chance, isLead: boolean): FieldValues {
  const text = () =>
    chance
      .oneOf([personalText(chance), nastyText(chance)])
      .toWellFormed()
      .slice(0, chance.oneOf([20, 80, 255, 400]));
  const fields: [string, () => FieldValues[string]][] = [
    ['LastName', text],
    ['Email', () => chance.oneOf([`canary7f3a${chance.upTo(4)}@example.com`, text()])],
    ['MobilePhone', () => chance.oneOf(['+491701234567', text()])],
    ['HasOptedOutOfEmail', () => chance.happens(0.3)],
    ['OneSignal_External_Id__c', () => chance.oneOf([null, `canary7f3a-${chance.upTo(4)}`, text().slice(0, 128)])],
    ...(isLead
      ? ([
          ['Status', () => chance.oneOf(['Open - Not Contacted', 'Working - Contacted', text()])],
          ['Company', text],
          ['City', text],
          ['Industry', text],
        ] as [string, () => FieldValues[string]][])
      : ([['OneSignal_Lifecycle_Stage__c', () => chance.oneOf(['MQL', 'SQL', null])]] as [
          string,
          () => FieldValues[string],
        ][])),
  ];
  return Object.fromEntries(fields.filter(() => chance.happens(0.5)).map(([name, make]) => [name, make()]));
}

/** A doorbell that anybody with the right to publish can ring, for records that are there and for others. */
function anyPayload(chance: Chance, ids: readonly string[]): Record<string, unknown> {
  const id = chance.oneOf([...ids, recordId(chance, 'Lead'), nastyText(chance)]);
  const payload = {
    Record_Id__c: id,
    Object_Name__c: id.startsWith('003') ? 'Contact' : 'Lead',
    Change_Type__c: chance.oneOf(['Created', 'StageChanged', 'Deleted', 'ResyncRequested', nastyText(chance)]),
    Stage__c: personalText(chance),
    Changed_At__c: chance.oneOf(['2026-03-02T08:00:00.000+0000', nastyText(chance)]),
  };
  const changed = mutated(payload, chance, 0.05);
  return typeof changed === 'object' && changed !== null && !Array.isArray(changed) ? { ...changed } : {};
}

function isGarbled(world: SimulatedWorld, chance: Chance): boolean {
  return (
    world.time.now - START < world.schedule.calmFrom &&
    world.time.now - START > OPENING_MS &&
    chance.happens(SHARE_GARBLED)
  );
}

/** Whole answers of another form: what a proxy, a page for maintenance, or a defect over there sends. */
function garbledSession(session: SalesforceSession, world: SimulatedWorld, chance: Chance): SalesforceSession {
  const garbage = () =>
    chance.oneOf<unknown>([
      null,
      '',
      personalText(chance),
      [],
      [personalText(chance)],
      { records: personalText(chance) },
      anyJson(chance),
    ]);
  return {
    ...session,
    get orgId() {
      return session.orgId;
    },
    async request(request: SalesforceRequest) {
      const answer = await session.request(request);
      return isGarbled(world, chance) ? garbage() : answer;
    },
  };
}

type Sender = Pick<Dispatcher, 'dispatch' | 'destroy'>;

/** Refusals and pages instead of an answer: a write that is told of as taken is taken. */
function garbledDispatcher(sender: Sender, world: SimulatedWorld, chance: Chance): Sender {
  const dispatch: Dispatcher['dispatch'] = (options, handler) => {
    if (!isGarbled(world, chance)) return sender.dispatch(options, handler);
    const status = chance.oneOf([400, 403, 408, 422, 429, 500, 502, 503, 599]);
    const body = chance.oneOf<unknown>([
      anyJson(chance),
      { errors: [{ code: nastyText(chance), title: personalText(chance), meta: anyJson(chance, 1) }] },
      { errors: [personalText(chance)] },
    ]);
    world.answer(world.life, 5, () => answering(handler).give({ status, body }));
    return true;
  };
  return { dispatch, destroy: () => sender.destroy() };
}

async function judge(
  org: EmulatedOrg,
  onesignal: EmulatedOneSignal,
  relay: SimulatedRelay,
  ids: readonly string[],
): Promise<string[]> {
  const { due, pendingWriteBacks } = await relay.store.counts();
  const problems: string[] = [];
  if (due + pendingWriteBacks > 0) problems.push(`in the store ${due} are due, ${pendingWriteBacks} to be written`);
  problems.push(...ids.flatMap((id) => judgeRecord(id, org, onesignal)));
  for (const { tags, aliases } of onesignal.users) {
    const strayTags = Object.keys(tags).filter((key) => !OWN_TAGS.includes(key));
    const strayLabels = Object.keys(aliases).filter((label) => !OWN_LABELS.includes(label));
    for (const stray of [...strayTags, ...strayLabels]) problems.push(`${stray} is in no plan`);
  }
  return problems;
}

/** It says what became of it, and what it says is so. */
function judgeRecord(id: string, { org }: EmulatedOrg, onesignal: EmulatedOneSignal): string[] {
  const row = org.peek(id.startsWith('00Q') ? 'Lead' : 'Contact', id);
  if (row === undefined || row.IsDeleted === true || row.OneSignal_Sync_Requested_At__c === null) return [];
  const { OneSignal_Sync_Status__c: status, OneSignal_Sync_Detail__c: detail } = row;
  const externalId = String(row.OneSignal_External_Id__c ?? '');
  const key = externalId.trim() === '' ? id : externalId;
  const user = onesignal.users.find(({ externalId }) => externalId === key);
  const isSo = status !== 'Synced' || user?.tags.sf_stage === row.OneSignal_Synced_Stage__c;
  return [
    ...(['Synced', 'Skipped', 'Failed'].includes(String(status)) ? [] : [`${id} says nothing`]),
    ...(isMarked(String(detail)) ? [`${id} quotes a value in its detail`] : []),
    ...(isSo ? [] : [`${id} says Synced, and its user holds another stage`]),
  ];
}
