import type { Dispatcher } from 'undici';
import { viewOf } from '../emulators/onesignal/app-data.ts';
import type { UserView } from '../emulators/onesignal/emulator-types.ts';
import type { Answer } from '../emulators/onesignal/error-answers.ts';
import { RequestFlow } from '../emulators/onesignal/request-flow.ts';
import { withDefaults } from '../emulators/onesignal/start-onesignal.ts';
import { type Answering, answering, type Reply } from '../simulation/answering.ts';
import { LateWrites } from '../simulation/late-writes.ts';
import { SIMULATED_APP } from '../simulation/simulated-relay.ts';
import type { SimulatedWorld } from '../simulation/simulated-world.ts';

interface Request {
  method: string;
  url: string;
  body: string;
}

/** The emulated OneSignal below HTTP, in the world's time, with the faults of the world's weather. */
export class EmulatedOneSignal {
  readonly flow: RequestFlow;
  readonly #world: SimulatedWorld;
  readonly #late: LateWrites;
  writes = 0;

  constructor(world: SimulatedWorld) {
    this.#world = world;
    this.#late = new LateWrites(world);
    const options = { ...SIMULATED_APP, plan: 'growth', clock: () => world.time.now } as const;
    this.flow = new RequestFlow(
      withDefaults({
        ...options,
        replicationDelayMs: world.happens(0.5) ? 5_000 : 0,
        deletionDelayMs: world.upTo(3_000),
      }),
    );
  }

  get users(): UserView[] {
    return this.flow.app.data.all().map(viewOf);
  }

  /** True while a write that was given up may still land. */
  get hasLateWrites(): boolean {
    return this.#late.areToCome;
  }

  /** By somebody else than the relay, who keeps to no limit of the relay's. */
  ask(method: string, path: string, body: unknown): Answer {
    const url = `/apps/${SIMULATED_APP.appId}${path}`;
    return this.#answer({ method, url, body: JSON.stringify(body) }, false);
  }

  dispatcher(): Pick<Dispatcher, 'dispatch' | 'destroy'> {
    const dispatch: Dispatcher['dispatch'] = ({ method, path, body }, handler) => {
      const request = { method, url: path, body: body === null || body === undefined ? '' : String(body) };
      this.#world.answer(this.#world.life, 1, () => this.#receive(request, answering(handler)));
      return true;
    };
    return { dispatch, destroy: () => Promise.resolve() };
  }

  senderDied(): void {
    this.#late.senderDied();
  }

  #receive(request: Request, from: Answering): void {
    if (!from.isStarted) return;
    const world = this.#world;
    // What comes from a dead process is late: it went out before the next one began to keep the limits.
    const { life } = world;
    if (request.method !== 'GET' && !world.isOut('onesignal') && world.goesWrong('lost')) {
      this.#late.lose(describe(request), from, () => this.#answer(request, false));
      return;
    }
    let reply: Reply = UNAVAILABLE;
    const does = () => {
      if (!world.isOut('onesignal')) reply = this.#refusal() ?? replyOf(this.#answer(request, life === world.life));
      world.note(`OneSignal answers ${reply.status} to ${describe(request)}`);
    };
    world.exchange(does, () => from.give(reply));
  }

  #refusal(): Reply | undefined {
    const world = this.#world;
    if (world.goesWrong('unavailable')) return UNAVAILABLE;
    if (!world.goesWrong('limited')) return undefined;
    const limit = world.happens(0.5) ? 'App ID' : 'User ID';
    return {
      status: 429,
      body: { errors: ['API rate limit exceeded'], limit },
      headers: { 'retry-after': `${1 + world.upTo(10)}` },
    };
  }

  #answer({ method, url, body }: Request, isCounted = true): Answer {
    const headers = { authorization: `Key ${SIMULATED_APP.apiKey}`, 'content-type': 'application/json' };
    const answer = this.flow.answer({ method, url, headers }, Buffer.from(body), isCounted);
    if (method !== 'GET' && answer.status < 300) {
      this.writes += 1;
      if (isCounted) this.#world.onDone('onesignal_write');
    }
    return answer;
  }
}

const UNAVAILABLE: Reply = { status: 503, body: { errors: ['Service temporarily unavailable'] } };

function replyOf({ status, body, headers }: Answer): Reply {
  return { status, body, ...(headers && { headers }) };
}

function describe({ method, url, body }: Request): string {
  return `${method} ${url.replace(/^\/apps\/[^/]+/, '')} ${body}`;
}
