import { RelayError } from '../../relay/config/relay-error.ts';
import { IdSource } from '../emulators/salesforce/org/ids.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/** Times are ms since 1970 in whole seconds, as Salesforce keeps them. */
export interface Lead {
  id: string;
  stage: string;
  stageChangedAt: number;
  requestedAt: number;
  systemModstamp: number;
  /** The fields that the relay writes, as it wrote them. */
  status: Record<string, unknown>;
}

export interface PublishedEvent {
  replayId: number;
  recordId: string;
  /** The stamp that the record had when the event was made. */
  requestedAt: number;
  payload: Record<string, unknown>;
}

/** Leads that people move from stage to stage, and the stream of events about it. */
export class SimulatedOrg {
  readonly leads: Lead[] = [];
  readonly events: PublishedEvent[] = [];
  readonly #world: SimulatedWorld;
  readonly #ids: IdSource;
  /** Events that are still to be published. */
  underWay = 0;

  constructor(world: SimulatedWorld) {
    this.#world = world;
    this.#ids = new IdSource(`simulation ${world.schedule.seed}`);
    for (let count = 0; count < world.schedule.records; count += 1) this.#create();
  }

  /** What the flows do: the stamp strictly increases, and only a stage that differs is a change. */
  move(lead: Lead, stage: string, publishedAfterMs: number | undefined): void {
    if (lead.stage === stage) return;
    const prior = lead.stage;
    const at = this.#seconds();
    Object.assign(lead, { stage, stageChangedAt: at, systemModstamp: at });
    lead.requestedAt = Math.max(at, lead.requestedAt + 1_000);
    const fate = publishedAfterMs === undefined ? 'its event is lost' : `its event comes after ${publishedAfterMs} ms`;
    this.#world.note(`${lead.id} moves from ${prior} to ${stage}; ${fate}`);
    if (publishedAfterMs !== undefined) this.#publish(lead, prior, publishedAfterMs);
  }

  write(row: Record<string, unknown>): void {
    const { attributes: _, id, ...fields } = row;
    const lead = this.leads.find((one) => one.id === id);
    if (lead === undefined) throw new Error(`The relay wrote to ${String(id)}, which is not there.`);
    for (const [name, value] of Object.entries(fields)) if (value !== undefined) lead.status[name] = value;
    lead.systemModstamp = this.#seconds();
    this.#world.note(
      `${lead.id} says ${String(fields.OneSignal_Sync_Status__c)} ${lead.status.OneSignal_Synced_Stage__c}`,
    );
  }

  #create(): void {
    const at = this.#seconds();
    const id = this.#ids.next('00Q');
    this.leads.push({ id, stage: 'New', stageChangedAt: at, requestedAt: at, systemModstamp: at, status: {} });
  }

  #publish(lead: Lead, prior: string, afterMs: number): void {
    const { id: recordId, stage, stageChangedAt, requestedAt } = lead;
    const payload = {
      Record_Id__c: recordId,
      Object_Name__c: 'Lead',
      Change_Type__c: 'StageChanged',
      Stage__c: stage,
      Prior_Stage__c: prior,
      Contact_Id__c: null,
      Changed_At__c: salesforceTime(stageChangedAt),
    };
    this.underWay += 1;
    this.#world.time.after(afterMs, 'world', () => {
      this.underWay -= 1;
      this.events.push({ replayId: this.events.length + 1, recordId, requestedAt, payload });
    });
  }

  #seconds(): number {
    return Math.floor(this.#world.time.now / 1000) * 1000;
  }
}

/** How the REST API writes a DateTime. */
export function salesforceTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '+0000');
}

/** The same moment, however it is written; null for none. */
export function timeOf(text: unknown): number | null {
  return typeof text === 'string' ? Date.parse(text) : null;
}

/** What Salesforce says when a request fails; the relay's own words for it, since the session is simulated too. */
export function salesforceFault(random: () => number): RelayError {
  const codes = ['SALESFORCE_UNREACHABLE', 'SALESFORCE_REQUEST_FAILED', 'SALESFORCE_API_LIMIT'] as const;
  return new RelayError(codes[Math.floor(random() * codes.length)] ?? 'SALESFORCE_UNREACHABLE', 'A simulated fault.');
}
