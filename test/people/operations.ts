import { seededRandom } from '../emulators/salesforce/org/ids.ts';
import type { FieldValues, SaveResult } from '../emulators/salesforce/org-contract.ts';
import type { EmulatedOneSignal } from './emulated-onesignal.ts';
import type { EmulatedOrg } from './emulated-org.ts';

/** What somebody does. Records are meant by the order in which they were created. */
export type Operation =
  | { kind: 'create'; object: 'Lead' | 'Contact'; values: FieldValues }
  | { kind: 'move'; record: number; stage: number }
  | { kind: 'convert'; record: number; into: number | undefined }
  | { kind: 'merge'; record: number; into: number }
  | { kind: 'delete' | 'undelete'; record: number }
  | { kind: 'sign_up'; record: number; externalId: string }
  | { kind: 'change_email'; record: number; email: string | null }
  | { kind: 'opt_out'; record: number; isOut: boolean }
  /** In OneSignal itself: by the link in a mail, say. */
  | { kind: 'unsubscribe'; email: string };

export interface Planned {
  at: number;
  operation: Operation;
}

const LEAD_STAGES = ['Open - Not Contacted', 'Working - Contacted', 'Closed - Not Converted'];
const CONTACT_STAGES = ['subscriber', 'customer', null];
const APP_IDS = ['app-1', 'app-2', 'app-3'];
const EMAILS = ['ada@example.com', 'bob@example.com'];
const MOST_RECORDS = 6;

/** The same seed gives the same operations, spread over a time that ends at `spanMs`. */
export function operationsOf(seed: number, spanMs: number): Planned[] {
  const random = seededRandom(`people ${seed}`);
  const upTo = (max: number) => Math.floor(random() * max);
  const oneOf = <T>(all: readonly T[]): T => {
    const one = all[upTo(all.length)];
    if (one === undefined) throw new Error('nothing to choose from');
    return one;
  };
  let records = 0;
  const create = (): Operation => {
    records += 1;
    const object = random() < 0.65 ? 'Lead' : 'Contact';
    const values: FieldValues = {
      Email: random() < 0.6 ? oneOf(EMAILS) : null,
      OneSignal_External_Id__c: random() < 0.3 ? oneOf(APP_IDS) : null,
      HasOptedOutOfEmail: random() < 0.15,
    };
    if (object === 'Contact') values.OneSignal_Lifecycle_Stage__c = CONTACT_STAGES[upTo(3)] ?? null;
    return { kind: 'create', object, values };
  };
  const further: (() => Operation)[] = [
    () => ({ kind: 'move', record: upTo(records), stage: upTo(3) }),
    () => ({ kind: 'move', record: upTo(records), stage: upTo(3) }),
    () => ({ kind: 'convert', record: upTo(records), into: random() < 0.4 ? upTo(records) : undefined }),
    () => ({ kind: 'merge', record: upTo(records), into: upTo(records) }),
    () => ({ kind: 'delete', record: upTo(records) }),
    () => ({ kind: 'undelete', record: upTo(records) }),
    () => ({ kind: 'sign_up', record: upTo(records), externalId: oneOf(APP_IDS) }),
    () => ({ kind: 'change_email', record: upTo(records), email: random() < 0.2 ? null : oneOf(EMAILS) }),
    () => ({ kind: 'opt_out', record: upTo(records), isOut: random() < 0.6 }),
    () => ({ kind: 'unsubscribe', email: oneOf(EMAILS) }),
  ];
  const operations = Array.from({ length: 4 + upTo(14) }, () =>
    records === 0 || (records < MOST_RECORDS && random() < 0.3) ? create() : oneOf(further)(),
  );
  const times = operations.map(() => upTo(spanMs)).sort((a, b) => a - b);
  return operations.map((operation, place) => ({ at: times[place] ?? 0, operation }));
}

/** What was done about addresses: that they were given up once can't be seen in the end. */
export interface History {
  /** Emails that somebody once opted out of, on either side. */
  optedOut: Set<string>;
  /** Unix seconds at which each lead was converted. */
  wonAt: Map<string, number>;
}

/** Somebody at work in both systems. What Salesforce refuses (a merge of a record with itself, say) is not done. */
export class Seller {
  readonly #org: EmulatedOrg;
  readonly #onesignal: EmulatedOneSignal;
  readonly #records: string[] = [];
  /** Emails that came with records that were merged or won. */
  readonly #inherited = new Map<string, string[]>();
  readonly history: History = { optedOut: new Set(), wonAt: new Map() };

  constructor(org: EmulatedOrg, onesignal: EmulatedOneSignal) {
    this.#org = org;
    this.#onesignal = onesignal;
  }

  /** @returns what was done, undefined when it was refused */
  does(operation: Operation): string | undefined {
    const done = this.#do(operation);
    return done === undefined ? undefined : `${operation.kind} ${done}`;
  }

  #do(operation: Operation): string | undefined {
    const { org, seller } = this.#org;
    switch (operation.kind) {
      case 'create':
        return this.#create(operation);
      case 'unsubscribe': {
        const path = `/subscriptions_by_token/Email/${encodeURIComponent(operation.email)}`;
        const { status } = this.#onesignal.ask('PATCH', path, {
          subscription: { enabled: false, notification_types: -2 },
        });
        if (status < 300) this.history.optedOut.add(operation.email);
        return `${operation.email}: ${status}`;
      }
      case 'delete':
      case 'undelete': {
        const id = this.#records[operation.record] ?? '';
        return savedId(org[operation.kind](objectOf(id), id, seller));
      }
      case 'convert':
        return this.#convert(operation);
      case 'merge': {
        const [id, into] = [this.#records[operation.record] ?? '', this.#records[operation.into] ?? ''];
        if (id === into || objectOf(id) !== objectOf(into)) return undefined;
        return attempt(() => {
          if (savedId(org.merge(objectOf(id), into, [id], seller)) === undefined) return undefined;
          this.#handOn(id, into);
          return `${id} into ${into}`;
        });
      }
      default:
        return this.#edit(operation);
    }
  }

  #create({ object, values }: Extract<Operation, { kind: 'create' }>): string | undefined {
    const { org, seller } = this.#org;
    const name = { LastName: `Person ${this.#records.length + 1}` };
    const own = object === 'Lead' ? { Company: 'Acme' } : { AccountId: this.#account() };
    const id = savedId(org.create(object, { ...name, ...own, ...values }, seller, SAVE));
    if (id === undefined) throw new Error('the emulated org refused a record');
    this.#records.push(id);
    this.#noteOptOut(id);
    return `${id} ${JSON.stringify(values)}`;
  }

  #account(): string {
    const { org, seller } = this.#org;
    return savedId(org.create('Account', { Name: `Account ${this.#records.length + 1}` }, seller)) ?? '';
  }

  #convert({ record, into }: Extract<Operation, { kind: 'convert' }>): string | undefined {
    const id = this.#records[record] ?? '';
    const contactId = into === undefined ? undefined : this.#records[into];
    if (objectOf(id) !== 'Lead' || (contactId !== undefined && objectOf(contactId) !== 'Contact')) return undefined;
    return attempt(() => {
      const { org, seller } = this.#org;
      const made = org.convertLead(id, seller, contactId === undefined ? {} : { contactId });
      if (contactId === undefined) this.#records.push(made.contactId);
      this.#handOn(id, made.contactId);
      this.history.wonAt.set(id, Math.floor(org.now() / 1000));
      return `${id} into ${made.contactId}`;
    });
  }

  #edit(operation: Extract<Operation, { kind: 'move' | 'sign_up' | 'change_email' | 'opt_out' }>): string | undefined {
    const id = this.#records[operation.record] ?? '';
    const values = editOf(operation, objectOf(id));
    const saved = savedId(this.#org.org.update(objectOf(id), id, values, this.#org.seller, SAVE));
    if (saved !== undefined) this.#noteOptOut(id);
    return saved && `${saved} ${JSON.stringify(values)}`;
  }

  /** The emails of a record that became one with another go along, and with them the other's opt-out to them. */
  #handOn(id: string, to: string): void {
    this.#inherited.set(to, [...this.#emailsOf(id), ...(this.#inherited.get(to) ?? [])]);
    this.#noteOptOut(to);
  }

  #emailsOf(id: string): string[] {
    const email = this.#org.org.peek(objectOf(id), id)?.Email;
    return [...(typeof email === 'string' ? [email] : []), ...(this.#inherited.get(id) ?? [])];
  }

  #noteOptOut(id: string): void {
    if (this.#org.org.peek(objectOf(id), id)?.HasOptedOutOfEmail !== true) return;
    for (const email of this.#emailsOf(id)) this.history.optedOut.add(email);
  }
}

const SAVE = { autoAssign: false, allowDuplicates: true };

function editOf(
  operation: Extract<Operation, { kind: 'move' | 'sign_up' | 'change_email' | 'opt_out' }>,
  object: 'Lead' | 'Contact',
): FieldValues {
  if (operation.kind === 'sign_up') return { OneSignal_External_Id__c: operation.externalId };
  if (operation.kind === 'change_email') return { Email: operation.email };
  if (operation.kind === 'opt_out') return { HasOptedOutOfEmail: operation.isOut };
  return object === 'Lead'
    ? { Status: LEAD_STAGES[operation.stage] ?? null }
    : { OneSignal_Lifecycle_Stage__c: CONTACT_STAGES[operation.stage] ?? null };
}

/** A converted lead takes no changes, a deleted record none either: then nothing was done. */
function savedId(result: SaveResult): string | undefined {
  return result.success ? result.id : undefined;
}

function attempt(work: () => string | undefined): string | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function objectOf(id: string): 'Lead' | 'Contact' {
  return id.startsWith('003') ? 'Contact' : 'Lead';
}
