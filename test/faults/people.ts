import { IN_THE_BROWSER, savedId } from '../../scripts/demo/play.ts';
import type { FieldValues } from '../emulators/salesforce/org-contract.ts';
import type { World } from '../emulators/world.ts';

/** Between two changes of people who go on working, ms. */
const WORK_MS = 250;

/** What somebody in sales does. */
export class People {
  /** Ids of the records that somebody created, the oldest first. */
  readonly records: string[] = [];
  readonly deleted: string[] = [];
  readonly #world: World;
  #count = 0;

  constructor(world: World) {
    this.#world = world;
  }

  get first(): string {
    const [id] = this.records;
    if (id === undefined) throw new Error('nobody has created a record yet');
    return id;
  }

  /** Creates a record, and changes its stage again and again. Returns how to end that. */
  workOn(): () => void {
    const id = this.lead();
    let turn = 0;
    const working = setInterval(() => {
      turn += 1;
      this.update(id, { Status: turn % 2 === 0 ? 'Open - Not Contacted' : 'Working - Contacted' });
    }, WORK_MS);
    return () => clearInterval(working);
  }

  lead(values: FieldValues = {}): string {
    this.#count += 1;
    const named = { LastName: `Lead ${this.#count}`, Company: `Company ${this.#count}`, ...values };
    return this.#keep(savedId(this.#world.org.create('Lead', named, this.#world.seller)));
  }

  /** Two people at once: one may be struck, the other must not wait for it. */
  two([first, second]: readonly FieldValues[] = []): void {
    this.lead(first);
    this.lead(second);
  }

  /** As a data load brings them, whose user holds the bypass: no stamp, no event. */
  loadTwo(): void {
    const loader = this.#world.org.addUser({
      username: 'loader@emulated.example',
      isAdministrator: true,
      permissionSets: ['OneSignal_Relay'],
    });
    for (const name of ['Loaded 1', 'Loaded 2'])
      this.#keep(savedId(this.#world.org.create('Lead', { LastName: name, Company: name }, loader)));
  }

  /** With a stage. */
  contact(): string {
    const values = { LastName: 'Contact', AccountId: this.account(), OneSignal_Lifecycle_Stage__c: 'Customer' };
    return this.#keep(savedId(this.#world.org.create('Contact', values, this.#world.seller)));
  }

  account(): string {
    return savedId(this.#world.org.create('Account', { Name: 'Account' }, this.#world.seller));
  }

  update(id: string, values: FieldValues): void {
    savedId(this.#world.org.update('Lead', id, values, this.#world.seller, IN_THE_BROWSER));
  }

  /** As a data load does it, whose user holds the bypass: no stamp, no event. */
  load(id: string, values: FieldValues): void {
    savedId(
      this.#world.org.update('Lead', id, values, this.#world.relayUser, { autoAssign: false, allowDuplicates: true }),
    );
  }

  /** Contacts without a stage: they are read, and nothing follows. */
  crowd(count: number): void {
    const AccountId = this.account();
    for (let n = 0; n < count; n++)
      savedId(this.#world.org.create('Contact', { LastName: `Nobody ${n}`, AccountId }, this.#world.seller));
  }

  remove(id: string): void {
    savedId(this.#world.org.delete('Lead', id, this.#world.seller));
    this.deleted.push(id);
  }

  #keep(id: string): string {
    this.records.push(id);
    return id;
  }
}
