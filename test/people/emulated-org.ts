import type { SalesforceRequest, SalesforceSession } from '../../relay/salesforce/session.ts';
import { loadOrg } from '../emulators/salesforce/org/load-org.ts';
import type { ControlledOrg } from '../emulators/salesforce/org/org-controls.ts';
import type { FieldValues, OrgUser } from '../emulators/salesforce/org-contract.ts';
import type { SimulatedWorld } from '../simulation/simulated-world.ts';
import { LIMITS, LOCKED_ROW, queryOf, sentRows, unsteadySession } from '../simulation/unsteady-session.ts';

/** What becomes of the events of a run. */
export interface EventWeather {
  /** Share of events that are never published, 0 to 1. */
  lost: number;
  /** Share of those that come up to a minute late. */
  late: number;
}

/** The emulated org below HTTP, in the world's time: the package's own flows run in it. */
export class EmulatedOrg {
  readonly org: ControlledOrg;
  readonly seller: OrgUser;
  readonly #relayUser: OrgUser;
  readonly #world: SimulatedWorld;
  /** As the subscriber sees them, in the order in which they came. */
  readonly events: { replayId: number; payload: Record<string, unknown> }[] = [];
  /** Events that are still to come. */
  underWay = 0;

  constructor(world: SimulatedWorld, weather: EventWeather) {
    this.#world = world;
    this.org = loadOrg({ seed: `people ${world.schedule.seed}`, clock: () => Math.floor(world.time.now) });
    this.seller = this.org.addUser({ username: 'seller@emulated.example', isAdministrator: true });
    this.#relayUser = this.org.addUser({ username: 'relay@emulated.example', permissionSets: ['OneSignal_Relay'] });
    this.org.onPublish(({ payload }) => {
      if (world.happens(weather.lost)) return world.note(`the event of ${payload.Record_Id__c} is lost`);
      this.underWay += 1;
      world.time.after(world.happens(weather.late) ? world.upTo(60_000) : world.upTo(500), 'world', () => {
        this.underWay -= 1;
        this.events.push({ replayId: this.events.length + 1, payload });
      });
    });
  }

  session(onAnswer: (call: SalesforceRequest['call']) => void): SalesforceSession {
    const perform = (request: SalesforceRequest) => this.#perform(request);
    return unsteadySession(this.#world, { orgId: this.org.id, perform }, onAnswer);
  }

  #perform(request: SalesforceRequest): unknown {
    const { call, url } = request;
    if (call === 'describe') return this.org.describe(/sobjects\/(\w+)\//.exec(url)?.[1] ?? '', this.#relayUser);
    if (call === 'limits') return LIMITS;
    if (call === 'collections') return sentRows<SentRow>(request).map((row) => this.#write(row));
    const records = this.org.query(queryOf(request), this.#relayUser, { all: call === 'queryAll' });
    return { totalSize: records.length, done: true, records: JSON.parse(JSON.stringify(records)) };
  }

  #write({ attributes, id, ...values }: SentRow): unknown {
    if (this.#world.goesWrong('locked')) return LOCKED_ROW;
    const saved = this.org.update(attributes.type, id, values, this.#relayUser, {
      autoAssign: false,
      allowDuplicates: true,
    });
    this.#world.note(`${id} says ${values.OneSignal_Sync_Status__c} ${values.OneSignal_Sync_Reason__c}`);
    return saved;
  }
}

type SentRow = FieldValues & { attributes: { type: string }; id: string };
