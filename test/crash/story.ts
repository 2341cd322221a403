import { IN_THE_BROWSER, type ObjectName, savedId } from '../../scripts/demo/play.ts';
import type { FieldValues } from '../emulators/salesforce/org-contract.ts';
import type { World } from '../emulators/world.ts';
import type { SeedPlan } from './seed-plan.ts';

/** A change that somebody makes in Salesforce, in a life of the relay, so many ms after that life's start. */
export interface Change {
  life: number;
  atMs: number;
  person: Person;
  make(): void;
}

/** Somebody whose records change. */
export interface Person {
  /** What happens to them, in its order. */
  acts: readonly Act[];
  /** Whether this may be the external id of their OneSignal user by now. */
  isCalled(externalId: string): boolean;
}

export interface Story {
  changes: readonly Change[];
  /** Ids of records that were deleted so far. */
  deleted: readonly string[];
  /** A record that nobody has planned for. */
  somebodyNew(): void;
}

type Act = () => void;
type Random = () => number;

/** Changes come within this time after a start, which takes a second or two. */
const SPREAD_MS = 2_500;
const LEAD_STAGES = ['Open - Not Contacted', 'Working - Contacted', 'Closed - Not Converted'];
const CONTACT_STAGES = ['Subscriber', 'Marketing Qualified', 'Sales Qualified', 'Opportunity', 'Customer'];

/** People whose records change in the ways that the design names, each with few changes, at seeded moments. */
export function tellStory(world: World, { kills, deletions, moves, emailChanges, isLate, random }: SeedPlan): Story {
  const lives = kills.length;
  const teller = new Teller(world, random);
  const people = [
    ...teller.some(1, 2, () => teller.climber('Lead')),
    ...teller.some(1, 2, () => teller.climber('Contact')),
    ...teller.some(1, 1, () => teller.shared()),
    ...teller.some(1, 2, () => teller.converted()),
    ...teller.some(1, 2, () => teller.signsUp()),
    ...teller.some(1, 2, () => teller.deleted()),
    ...teller.some(1, 1, () => teller.resynced()),
    ...teller.some(1, 1, () => teller.changesEmail()),
    ...teller.some(1, 1, () => teller.optsOut()),
    // Who takes an email over waits as long as a create for the user before may land.
    ...(isLate ? [] : teller.some(1, 1, () => teller.movesWithEmail())),
  ];
  const somebodyNew = () => void teller.climber('Lead').acts[0]?.();
  const changes = [
    ...people.flatMap((person) => spread(person, lives, random)),
    ...deletions.flatMap((life) => endsIn(life, teller.deleted(), random)),
    ...moves.flatMap((life) => endsIn(life, teller.movesWithEmail(), random)),
    ...emailChanges.flatMap((life) => endsIn(life, teller.changesEmail(), random)),
  ];
  return {
    changes: changes.sort((a, b) => a.life - b.life || a.atMs - b.atMs),
    deleted: teller.deletedIds,
    somebodyNew,
  };
}

/** Acts of one person, in their order, each in some life at some moment. */
function spread(person: Person, lives: number, random: Random): Change[] {
  const moments = person.acts.map(() => random() * lives * SPREAD_MS).sort((a, b) => a - b);
  return person.acts.map((make, index) => {
    const moment = moments[index] ?? 0;
    return { life: Math.floor(moment / SPREAD_MS), atMs: moment % SPREAD_MS, person, make };
  });
}

/** The last act at the end of a life, and the others long enough before it for the relay to have followed. */
function endsIn(life: number, person: Person, random: Random): Change[] {
  const moments = person.acts.slice(1).map(() => (random() * SPREAD_MS) / 4);
  const inOrder = [...moments.sort((a, b) => a - b), SPREAD_MS];
  return person.acts.map((make, index) => ({ life, atMs: inOrder[index] ?? 0, person, make }));
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

  some(least: number, most: number, person: () => Person): Person[] {
    return Array.from({ length: least + Math.floor(this.#random() * (most - least + 1)) }, person);
  }

  climber(object: ObjectName): Person {
    const record = this.#record(object);
    return { acts: [record.create, record.stage, record.stage], isCalled: record.is };
  }

  /** A contact and a lead with one external id; one of them is deleted. */
  shared(): Person {
    const shared = `shared-${this.#people}`;
    const values = { OneSignal_External_Id__c: shared };
    const [contact, lead] = [this.#record('Contact', values), this.#record('Lead', values)];
    const goes = this.#random() < 0.5 ? contact : lead;
    const acts = [lead.create, contact.create, lead.stage, contact.stage, goes.remove];
    return { acts, isCalled: (externalId) => externalId === shared };
  }

  converted(): Person {
    const { org, seller } = this.#world;
    const lead = this.#record('Lead');
    let contactId = '';
    const convert = () => {
      contactId = org.convertLead(lead.id(), seller).contactId;
    };
    const contactStage = () => this.#update('Contact', contactId, { OneSignal_Lifecycle_Stage__c: 'Customer' });
    const last = this.#random() < 0.5 ? [lead.stage, convert] : [convert, contactStage];
    return { acts: [lead.create, ...last], isCalled: lead.is };
  }

  /** The external id comes after the record, so that the record moves to another user. */
  signsUp(): Person {
    const record = this.#record(this.#random() < 0.5 ? 'Lead' : 'Contact');
    const externalId = `app-${this.#people}`;
    const signUp = () => record.update({ OneSignal_External_Id__c: externalId });
    const isCalled = (called: string) => called === externalId || record.is(called);
    return { acts: [record.create, signUp, record.stage], isCalled };
  }

  deleted(): Person {
    const record = this.#record(this.#random() < 0.5 ? 'Lead' : 'Contact');
    return { acts: [record.create, record.stage, record.remove], isCalled: record.is };
  }

  resynced(): Person {
    const record = this.#record('Lead');
    const resync = () =>
      record.update({ OneSignal_Sync_Requested_At__c: new Date(this.#world.org.now()).toISOString() });
    return { acts: [record.create, resync, record.stage], isCalled: record.is };
  }

  changesEmail(): Person {
    const record = this.#reachable();
    const change = () => record.update({ Email: `new.${record.email}` });
    return { acts: [record.create, change], isCalled: record.is };
  }

  optsOut(): Person {
    const record = this.#reachable();
    return { acts: [record.create, () => record.update({ HasOptedOutOfEmail: true })], isCalled: record.is };
  }

  /** Somebody who has mail from us signs up in the app. */
  movesWithEmail(): Person {
    const record = this.#reachable();
    const externalId = `app-${this.#people}`;
    const signUp = () => record.update({ OneSignal_External_Id__c: externalId });
    const isCalled = (called: string) => called === externalId || record.is(called);
    return { acts: [record.create, signUp], isCalled };
  }

  #reachable() {
    const email = `person.${this.#people + 1}@example.com`;
    return { email, ...this.#record(this.#random() < 0.5 ? 'Lead' : 'Contact', { Email: email }) };
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
      is: (externalId: string) => externalId === id,
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
