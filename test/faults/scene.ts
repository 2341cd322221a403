import { isRelayError, RelayError } from '../../relay/config/relay-error.ts';
import type { Store } from '../../relay/store/store.ts';
import { type Logger, SILENT_LOGGER } from '../../relay/telemetry/logger.ts';
import { nameOneSignalRequest, nameSalesforceAnswer, nameSalesforceRequest } from '../crash/request-names.ts';
import { methodsOf } from '../crash/steps.ts';
import type { RunningProxy, SeenRequest } from '../emulators/proxy.ts';
import { type RunningRelay, startRelay } from '../emulators/running-relay.ts';
import type { FieldValues, SaveResult } from '../emulators/salesforce/org-contract.ts';
import { startWorld, type World } from '../emulators/world.ts';
import { type Strike, startFaultGate } from './fault-gate.ts';
import { FAULT_STEPS } from './fault-steps.ts';

export type Side = 'salesforce' | 'onesignal';

interface Armed {
  side: Side;
  matches(name: string): boolean;
  strike: Strike;
}

/** A save in the browser, so that every assignment counted is the relay's. */
const BY_HAND = { autoAssign: false, allowDuplicates: true };
/** Salesforce's own times would make a cell wait for minutes; their order of size is kept. */
const STREAM_TIMING = { waitScale: 0.05, firstAnswerMs: 1_500, nextConnectMs: 1_500, intakeMs: 400 };
const CONNECT_TIMEOUT_MS = 2_000;
const STORE_STEPS: ReadonlySet<string> = new Set(FAULT_STEPS.map(({ name }) => name));

/** One small world with its relay, a place at which a fault is let loose, and the means to let it loose. */
export class Scene {
  readonly world: World;
  readonly deleted: string[] = [];
  /** Told when the relay comes to the awaited step, before the step's own call goes on. */
  onStep: (() => void) | undefined;
  awaited = '';
  /** How often the fault was met by the relay. */
  strikes = 0;
  #relay: RunningRelay | undefined;
  #gates: RunningProxy[] = [];
  #variables: Record<string, string> = {};
  #armed: Armed[] = [];
  #textSought: string | undefined;
  #endsSought: readonly string[] = [];
  #storeFails: (method: keyof Store) => boolean = () => false;
  #number = 0;
  #restarting: Promise<void> | undefined;

  private constructor(world: World) {
    this.world = world;
  }

  static async open(seed: string): Promise<Scene> {
    const world = await startWorld({
      org: { seed, duplicateRule: true },
      salesforce: { connectTimeoutMs: CONNECT_TIMEOUT_MS },
    });
    world.org.setSettings({ Deleted_Record__c: 'DeleteUser' });
    const scene = new Scene(world);
    await scene.#openGates();
    return scene;
  }

  get relay(): RunningRelay {
    if (this.#relay === undefined) throw new Error('the relay has not been started');
    return this.#relay;
  }

  async start(): Promise<void> {
    this.#relay = await startRelay(this.world, {
      variables: this.#variables,
      logger: this.#listeningLogger(),
      streamTiming: STREAM_TIMING,
      waitsForReady: false,
      wrapStore: (store) => this.#wrap(store),
      ...(this.#relay === undefined ? {} : { dataDir: this.#relay.dataDir }),
    });
  }

  /** As a supervisor does after an end, expected or not: the same folder, a new life. */
  async restart(): Promise<void> {
    await this.relay.stop({ keepData: true }).catch(only('STORE_FAILED'));
    await this.start();
  }

  /** Starts a relay again that gave up because its store failed; any other end is thrown. */
  async superviseOnce(): Promise<void> {
    let looks = 0;
    try {
      await this.relay.until('it runs', () => looks++ > 0);
    } catch (error) {
      only('STORE_FAILED')(error);
      await this.restart();
    }
  }

  /** Begins at once, while the step's own call is under way. */
  stopAndStart(): void {
    this.strikes += 1;
    this.#restarting = this.restart();
  }
  /** Resolves when no restart is under way. */
  async restarted(): Promise<void> {
    await this.#restarting;
  }

  async close(): Promise<void> {
    await this.#restarting?.catch(() => undefined);
    await this.#relay?.stop({ keepData: true }).catch(() => undefined);
    this.#relay?.discardData();
    for (const gate of this.#gates) await gate.close();
    await this.world.close();
  }

  /** The next request to a side meets this. */
  arm(side: Side, strike: Strike, matches: (name: string) => boolean = () => true): void {
    this.#armed.push({ side, strike, matches });
  }
  /** The fault counts as met once an answer of Salesforce holds this text. */
  seek(text: string): void {
    this.#textSought = text;
  }
  /** The fault counts as met once the stream says that it ended in one of these ways. */
  seekEnds(ends: readonly string[]): void {
    this.#endsSought = ends;
  }
  /** Methods of the store fail, so many times or for so long from the first time on. */
  failStore(how: { times: number; at?: keyof Store } | { forMs: number; at?: keyof Store }): void {
    let left = 'times' in how ? how.times : 0;
    let until: number | undefined;
    this.#storeFails = (method) => {
      if (how.at !== undefined && how.at !== method) return false;
      if ('times' in how) return left-- > 0;
      until ??= performance.now() + how.forMs;
      return performance.now() < until;
    };
  }

  lead(values: FieldValues = {}): string {
    this.#number += 1;
    const name = `Person ${this.#number}`;
    const fields = { LastName: name, Company: name, Status: 'Open - Not Contacted', ...values };
    return savedId(this.world.org.create('Lead', fields, this.world.seller));
  }
  update(id: string, values: FieldValues): void {
    savedId(this.world.org.update('Lead', id, values, this.world.seller, BY_HAND));
  }
  remove(id: string): void {
    savedId(this.world.org.delete('Lead', id, this.world.seller));
    this.deleted.push(id);
  }

  async #openGates(): Promise<void> {
    const { salesforce, onesignal, environment } = this.world;
    const toSalesforce: RunningProxy = await startFaultGate({
      target: salesforce.url,
      onRequest: (request) => this.#meet('salesforce', nameOf(request)),
      onAnswer: (request, answer) => this.#seeAnswer(request, answer),
      rewrite: (answer) => answer.replaceAll(salesforce.url, toSalesforce.url),
    });
    const toOneSignal = await startFaultGate({
      target: onesignal.url,
      onRequest: (request) => this.#meet('onesignal', nameOneSignalRequest(request)),
      onAnswer: () => undefined,
      rewrite: (answer) => answer,
    });
    this.#gates = [toSalesforce, toOneSignal];
    this.#variables = { ...environment, SALESFORCE_LOGIN_URL: toSalesforce.url, ONESIGNAL_API_URL: toOneSignal.url };
  }

  #meet(side: Side, name: string): Strike | undefined {
    this.#reach(`${side}.${name}`);
    const index = this.#armed.findIndex((one) => one.side === side && one.matches(name));
    if (index < 0) return undefined;
    this.strikes += 1;
    return this.#armed.splice(index, 1)[0]?.strike;
  }

  #seeAnswer(request: SeenRequest, answer: string): void {
    const name = nameSalesforceAnswer(nameOf(request), answer);
    if (name === 'delivery') this.#reach('salesforce.delivery');
    if (this.#textSought !== undefined && answer.includes(this.#textSought)) this.strikes += 1;
  }

  #reach(name: string): void {
    if (name !== this.awaited) return;
    const tell = this.onStep;
    this.onStep = undefined;
    tell?.();
  }

  #wrap(store: Store): Store {
    const wrapped: Store = { ...store };
    for (const name of methodsOf(store) as (keyof Store)[]) {
      const call = Reflect.get(store, name) as (...given: unknown[]) => unknown;
      if (!STORE_STEPS.has(`store.${name}`)) continue;
      const method = (...given: unknown[]) => {
        this.#reach(`store.${name}`);
        return this.#fails(name)
          ? Promise.reject(new RelayError('STORE_FAILED', 'The store is told to fail.'))
          : call.apply(store, given);
      };
      Object.assign(wrapped, { [name]: method });
    }
    return wrapped;
  }

  #fails(method: keyof Store): boolean {
    if (!this.#storeFails(method)) return false;
    this.strikes += 1;
    return true;
  }

  #listeningLogger(): Logger {
    const listen: Logger['info'] = (_message, fields) => {
      if (this.#endsSought.includes(String(fields?.reason))) this.strikes += 1;
    };
    return { ...SILENT_LOGGER, info: listen, warn: listen };
  }
}

/** A client subscribes and connects in one request: it is the subscription that can go wrong there. */
function nameOf(request: SeenRequest): string {
  return request.body.includes('"channel":"/meta/subscribe"') ? 'subscribe' : nameSalesforceRequest(request);
}

function only(code: string): (error: unknown) => void {
  return (error) => {
    if (!isRelayError(error) || error.code !== code) throw error;
  };
}

function savedId(result: SaveResult): string {
  if (result.success) return result.id;
  throw new Error(`the save was refused: ${result.errors.map(({ statusCode }) => statusCode).join(', ')}`);
}
