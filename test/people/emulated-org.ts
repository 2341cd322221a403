import { RelayError } from '../../relay/config/relay-error.ts';
import type { SalesforceRequest, SalesforceSession } from '../../relay/salesforce/session.ts';
import { loadOrg } from '../emulators/salesforce/org/load-org.ts';
import type { ControlledOrg } from '../emulators/salesforce/org/org-controls.ts';
import type { FieldValues, OrgUser, SaveResult } from '../emulators/salesforce/org-contract.ts';
import { salesforceFault } from '../simulation/simulated-org.ts';
import type { SimulatedWorld } from '../simulation/simulated-world.ts';

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
  readonly events: { replayId: number; recordId: string; payload: Record<string, unknown> }[] = [];
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
        this.events.push({ replayId: this.events.length + 1, recordId: String(payload.Record_Id__c), payload });
      });
    });
  }

  session(onAnswer: (call: SalesforceRequest['call']) => void): SalesforceSession {
    const world = this.#world;
    return {
      open: () => Promise.resolve(),
      orgId: this.org.id,
      connection() {
        throw new Error('The simulated source needs no connection.');
      },
      renew: () => Promise.resolve(),
      now: () => Math.floor(world.time.now),
      abandon: () => undefined,
      apiUsage: () => undefined,
      request: (request) => {
        const { promise, resolve, reject } = Promise.withResolvers<unknown>();
        let fault: RelayError | undefined;
        let reply: unknown;
        const does = () => {
          fault = this.#refusal(request);
          if (fault === undefined) reply = this.#perform(request);
          if (fault !== undefined || request.call !== 'collections') return;
          world.onDone('status_write');
          if (world.goesWrong('unanswered')) fault = new RelayError('SALESFORCE_UNREACHABLE', 'A simulated fault.');
        };
        world.exchange(does, () => {
          if (fault !== undefined) return reject(fault);
          onAnswer(request.call);
          resolve(reply);
        });
        return promise;
      },
    };
  }

  /** What is wrong with the request before Salesforce does anything, undefined when nothing is. */
  #refusal({ call }: SalesforceRequest): RelayError | undefined {
    const isOut = this.#world.isOut('salesforce') || (call === 'collections' && this.#world.isOut('salesforce_writes'));
    return isOut || this.#world.goesWrong('failing') ? salesforceFault(this.#world.random) : undefined;
  }

  #perform({ call, url, body }: SalesforceRequest): unknown {
    if (call === 'describe') return this.org.describe(/sobjects\/(\w+)\//.exec(url)?.[1] ?? '', this.#relayUser);
    if (call === 'collections') {
      // As on the wire: a value that is undefined is not sent.
      const { records } = JSON.parse(JSON.stringify(body)) as { records: SentRow[] };
      return records.map((row) => this.#write(row));
    }
    const soql = decodeURIComponent(url.slice(url.indexOf('?q=') + 3));
    const records = this.org.query(soql, this.#relayUser, { all: call === 'queryAll' });
    return { totalSize: records.length, done: true, records: JSON.parse(JSON.stringify(records)) };
  }

  #write({ attributes, id, ...values }: SentRow): SaveResult {
    if (this.#world.goesWrong('locked'))
      return { success: false, errors: [{ statusCode: 'UNABLE_TO_LOCK_ROW', message: '', fields: [] }] };
    const saved = this.org.update(attributes.type, id, values, this.#relayUser, {
      autoAssign: false,
      allowDuplicates: true,
    });
    this.#world.note(`${id} says ${values.OneSignal_Sync_Status__c} ${values.OneSignal_Sync_Reason__c}`);
    return saved;
  }
}

type SentRow = FieldValues & { attributes: { type: string }; id: string };
