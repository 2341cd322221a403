import { IN_THE_BROWSER, type ObjectName, savedId } from '../../scripts/demo/play.ts';
import type { FieldValues } from '../emulators/salesforce/org-contract.ts';
import type { World } from '../emulators/world.ts';

/** A change that somebody makes in Salesforce, in a life of the relay, so many ms after that life's start. */
export interface Change {
  life: number;
  atMs: number;
  make(): void;
}

export interface Story {
  changes: readonly Change[];
  /** Ids of records that were deleted so far. */
  deleted: readonly string[];
}

type Act = () => void;
type Random = () => number;

/** Changes come within this time after a start, which takes a second or two. */
const SPREAD_MS = 2_500;
const LEAD_STAGES = ['Open - Not Contacted', 'Working - Contacted', 'Closed - Not Converted'];
const CONTACT_STAGES = ['Subscriber', 'Marketing Qualified', 'Sales Qualified', 'Opportunity', 'Customer'];

/** People whose records change in the ways that the design names, each with few changes, at seeded moments. */
export function tellStory(world: World, lives: number, random: Random): Story {
  const teller = new Teller(world, random);
  const people = [
    ...teller.some(1, 2, () => teller.climber('Lead')),
    ...teller.some(1, 2, () => teller.climber('Contact')),
    ...teller.some(1, 1, () => teller.shared()),
    ...teller.some(1, 2, () => teller.converted()),
    ...teller.some(1, 2, () => teller.signsUp()),
    ...teller.some(1, 2, () => teller.deleted()),
    ...teller.some(1, 1, () => teller.resynced()),
  ];
  const changes = people.flatMap((acts) => spread(acts, lives, random));
  return { changes: changes.sort((a, b) => a.life - b.life || a.atMs - b.atMs), deleted: teller.deletedIds };
}

/** Acts of one person, in their order, each in some life at some moment. */
function spread(acts: readonly Act[], lives: number, random: Random): Change[] {
  const moments = acts.map(() => random() * lives * SPREAD_MS).sort((a, b) => a - b);
  return acts.map((make, index) => {
    const moment = moments[index] ?? 0;
    return { life: Math.floor(moment / SPREAD_MS), atMs: moment % SPREAD_MS, make };
  });
}

class Teller {
  readonly deletedIds: string[] = [];
  readonly #world: World;
  readonly #random: Random;
  #people = 0;

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
  }

  some(least: number, most: number, person: () => Act[]): Act[][] {
    return Array.from({ length: least + Math.floor(this.#random() * (most - least + 1)) }, person);
  }

  climber(object: ObjectName): Act[] {
    const record = this.#record(object);
    return [record.create, record.stage, record.stage];
  }

  /** A contact and a lead with one external id; one of them is deleted. */
  shared(): Act[] {
    const values = { OneSignal_External_Id__c: `shared-${this.#people}` };
    const [contact, lead] = [this.#record('Contact', values), this.#record('Lead', values)];
    const goes = this.#random() < 0.5 ? contact : lead;
    return [lead.create, contact.create, lead.stage, contact.stage, goes.remove];
  }

  converted(): Act[] {
    const { org, seller } = this.#world;
    const lead = this.#record('Lead');
    let contactId = '';
    const convert = () => {
      contactId = org.convertLead(lead.id(), seller).contactId;
    };
    const contactStage = () => this.#update('Contact', contactId, { OneSignal_Lifecycle_Stage__c: 'Customer' });
    return this.#random() < 0.5 ? [lead.create, lead.stage, convert] : [lead.create, convert, contactStage];
  }

  /** The external id comes after the record, so that the record moves to another user. */
  signsUp(): Act[] {
    const record = this.#record(this.#random() < 0.5 ? 'Lead' : 'Contact');
    const externalId = `app-${this.#people}`;
    const signUp = () => record.update({ OneSignal_External_Id__c: externalId });
    return [record.create, signUp, record.stage];
  }

  deleted(): Act[] {
    const record = this.#record(this.#random() < 0.5 ? 'Lead' : 'Contact');
    return [record.create, record.stage, record.remove];
  }

  resynced(): Act[] {
    const record = this.#record('Lead');
    const resync = () =>
      record.update({ OneSignal_Sync_Requested_At__c: new Date(this.#world.org.now()).toISOString() });
    return [record.create, resync, record.stage];
  }

  #record(object: ObjectName, values: FieldValues = {}) {
    const { org, seller } = this.#world;
    this.#people += 1;
    const name = `Person ${this.#people}`;
    const required: FieldValues = object === 'Lead' ? { LastName: name, Company: name } : { LastName: name };
    let id = '';
    const stages = object === 'Lead' ? LEAD_STAGES : CONTACT_STAGES;
    // Drawn now: the order in which people act is up to timers.
    let next = Math.floor(this.#random() * stages.length);
    const nextStage = (): FieldValues => {
      next = (next + 1) % stages.length;
      return { [object === 'Lead' ? 'Status' : 'OneSignal_Lifecycle_Stage__c']: stages[next] ?? null };
    };
    const update = (changed: FieldValues) => this.#update(object, id, changed);
    return {
      id: () => id,
      create: () => {
        id = savedId(org.create(object, { ...required, ...values, ...nextStage() }, seller));
      },
      update,
      stage: () => update(nextStage()),
      remove: () => {
        savedId(org.delete(object, id, seller));
        this.deletedIds.push(id);
      },
    };
  }

  #update(object: ObjectName, id: string, values: FieldValues): void {
    savedId(this.#world.org.update(object, id, values, this.#world.seller, IN_THE_BROWSER));
  }
}
