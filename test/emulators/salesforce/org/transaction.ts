import type { FieldValues } from '../org-contract.ts';
import { toEventTime } from './datetime.ts';
import type { OrgState } from './org-state.ts';
import { tableOf } from './org-state.ts';
import type { ObjectDef } from './schema.ts';
import { keyOf } from './table.ts';

/** All the rows and events of one save: rolled back as a whole, and published only once committed. */
export class Transaction {
  readonly #state: OrgState;
  readonly #undo: (() => void)[] = [];
  readonly #afterCommit: { event: ObjectDef; payload: FieldValues }[] = [];

  constructor(state: OrgState) {
    this.#state = state;
  }

  store(object: ObjectDef, row: FieldValues): void {
    const table = tableOf(this.#state, object);
    const key = keyOf(row.Id);
    const before = table.get(key);
    this.#undo.push(() => (before ? table.put(key, before) : table.remove(key)));
    table.put(key, row);
  }

  /** A counter that a rolled-back save must not move. */
  count(counter: 'reassignments'): void {
    this.#state.counters[counter]++;
    this.#undo.push(() => this.#state.counters[counter]--);
  }

  /**
   * Takes an event. With PublishAfterCommit it reaches the bus only if the save is committed; with
   * PublishImmediately at once, also when the save is rolled back.
   * https://developer.salesforce.com/docs/atlas.en-us.platform_events.meta/platform_events/platform_events_considerations_decoupled_processes.htm
   * Throws LIMIT_EXCEEDED while publishing is refused.
   */
  publish(event: ObjectDef, values: FieldValues, userId: string): void {
    const { options, clock } = this.#state;
    if (options.refusedPublishes > 0) {
      options.refusedPublishes--;
      throw new Error('LIMIT_EXCEEDED: You have reached the limit of event messages that you can publish per hour.');
    }
    const payload: FieldValues = { CreatedDate: toEventTime(clock()), CreatedById: userId };
    for (const field of event.fields.values()) {
      const value = values[field.name] ?? (field.type === 'boolean' ? false : null);
      if (value === null && field.required) throw new Error(`REQUIRED_FIELD_MISSING: [${field.name}]`);
      if (typeof value === 'string' && field.length > 0 && value.length > field.length) {
        throw new Error(`STRING_TOO_LONG: ${field.name} (max length=${field.length})`);
      }
      payload[field.name] = value;
    }
    if (event.publishBehavior === 'PublishImmediately') this.#deliver(event, payload);
    else this.#afterCommit.push({ event, payload });
  }

  commit(): void {
    this.#undo.length = 0;
    for (const { event, payload } of this.#afterCommit.splice(0)) this.#deliver(event, payload);
  }

  /** Runs a part that fails alone: its rows and events are taken back, those before it stay. */
  savepoint(work: () => void): void {
    const [rows, events] = [this.#undo.length, this.#afterCommit.length];
    try {
      work();
    } catch (error) {
      for (const undo of this.#undo.splice(rows).reverse()) undo();
      this.#afterCommit.length = events;
      throw error;
    }
  }

  rollBack(): void {
    for (const undo of this.#undo.reverse()) undo();
    this.#undo.length = 0;
    this.#afterCommit.length = 0;
  }

  #deliver(event: ObjectDef, payload: FieldValues): void {
    const { options, counters, bus } = this.#state;
    counters.published++;
    if (options.lostPublishes > 0) {
      options.lostPublishes--;
      return;
    }
    bus.append(`/event/${event.name}`, schemaId(event), payload);
  }
}

/** Looks like the 22 characters of a real schema id and stays the same while the event's fields do. */
function schemaId(event: ObjectDef): string {
  const cached = schemaIds.get(event);
  if (cached !== undefined) return cached;
  const names = [...event.fields.values()].map((field) => `${field.name}:${field.type}`).join();
  const id = Buffer.from(names).toString('base64url').padEnd(22, 'A').slice(-22);
  schemaIds.set(event, id);
  return id;
}
const schemaIds = new WeakMap<ObjectDef, string>();
