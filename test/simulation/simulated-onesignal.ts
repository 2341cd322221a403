import type { Dispatcher } from 'undici';
import { type Answering, answering, type Reply } from './answering.ts';
import { LateWrites } from './late-writes.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/** OneSignal allows one write a second for one user: https://documentation.onesignal.com/reference/rate-limits */
const USER_WINDOW_MS = 1_000;
/** For so long a PATCH may not find a user that was just made, ms. */
const REPLICATION_MS = 5_000;

interface User {
  id: string;
  createdAt: number;
  tags: Record<string, string>;
  aliases: Record<string, string>;
}

interface Write {
  method: string;
  /** External id. */
  key: string;
  isIdentity: boolean;
  /** The alias that is taken away. */
  label?: string;
  body: { identity?: Record<string, string>; properties?: { tags?: Record<string, string> } };
}

type Fate = 'answered' | 'app_limited' | 'user_limited' | 'unavailable' | 'lost';

/** OneSignal below the HTTP client: the relay's own client, its rates and its reading of answers run on top of it. */
export class SimulatedOneSignal {
  readonly users = new Map<string, User>();
  writes = 0;
  readonly #world: SimulatedWorld;
  readonly #lastStart = new Map<string, number>();
  readonly #late: LateWrites;

  constructor(world: SimulatedWorld) {
    this.#world = world;
    this.#late = new LateWrites(world);
  }

  /** True while a write that was given up may still land. */
  get hasLateWrites(): boolean {
    return this.#late.areToCome;
  }

  /** What carries the requests of one life of the relay. */
  dispatcher(): Pick<Dispatcher, 'dispatch' | 'destroy'> {
    const dispatch: Dispatcher['dispatch'] = ({ method, path, body }, handler) => {
      this.#world.answer(this.#world.life, 1, () => this.#receive(method, path, body, answering(handler)));
      return true;
    };
    return { dispatch, destroy: () => Promise.resolve() };
  }

  senderDied(): void {
    this.#late.senderDied();
  }

  #receive(method: string, path: string, body: unknown, from: Answering): void {
    if (!from.isStarted) return;
    if (method === 'GET') this.#show(from);
    else this.#write(readWrite(method, path, String(body)), from);
  }

  #write(write: Write, from: Answering): void {
    this.#judgeRate(write);
    const fate = this.#world.isOut('onesignal') ? 'unavailable' : this.#fate();
    if (fate === 'lost') {
      this.#late.lose(describe(write), from, () => this.#apply(write));
      return;
    }
    let reply = UNAVAILABLE;
    const does = () => {
      reply = fate === 'answered' ? this.#apply(write) : refusal(fate, 1 + this.#world.upTo(10));
      this.#world.note(`OneSignal answers ${reply.status} to ${describe(write)}`);
    };
    this.#world.exchange(does, () => from.give(reply));
  }

  /** The relay views nobody but the user of its probe, who is not there. */
  #show(from: Answering): void {
    let reply = NOT_FOUND;
    const does = () => {
      if (this.#world.isOut('onesignal')) reply = UNAVAILABLE;
    };
    this.#world.exchange(does, () => from.give(reply));
  }

  #fate(): Fate {
    if (this.#world.goesWrong('limited')) return this.#world.happens(0.5) ? 'app_limited' : 'user_limited';
    if (this.#world.goesWrong('unavailable')) return 'unavailable';
    return this.#world.goesWrong('lost') ? 'lost' : 'answered';
  }

  #apply(write: Write): Reply {
    this.writes += 1;
    const reply = write.method === 'POST' ? this.#create(write) : this.#change(write);
    this.#world.onDone('onesignal_write');
    return reply;
  }

  #create({ key, body }: Write): Reply {
    const known = this.users.get(key);
    const { external_id: _, ...aliases } = body.identity ?? {};
    const user = known ?? { id: `user-of-${key}`, createdAt: this.#world.time.now, tags: {}, aliases: {} };
    // Whether a POST reaches the tags of a user that was there before is not documented: here it is left to chance.
    if (known === undefined || this.#world.happens(0.5)) {
      Object.assign(user.tags, body.properties?.tags);
      Object.assign(user.aliases, aliases);
    }
    this.users.set(key, user);
    return { status: known === undefined ? 201 : 202, body: { identity: { external_id: key, onesignal_id: user.id } } };
  }

  #change({ key, isIdentity, label, body }: Write): Reply {
    const user = this.users.get(key);
    if (user === undefined) return NOT_FOUND;
    const isFresh = this.#world.time.now - user.createdAt < REPLICATION_MS;
    if (isFresh && this.#world.goesWrong('notYetThere')) return NOT_FOUND;
    if (label !== undefined) {
      if (user.aliases[label] === undefined) return NOT_ON_USER;
      delete user.aliases[label];
      return GONE;
    }
    if (isIdentity) {
      Object.assign(user.aliases, body.identity);
      return { status: 200, body: { identity: { external_id: key, onesignal_id: user.id } } };
    }
    for (const [tag, value] of Object.entries(body.properties?.tags ?? {})) {
      if (value === '') delete user.tags[tag];
      else user.tags[tag] = value;
    }
    return { status: 202, body: { properties: {} } };
  }

  #judgeRate({ key }: Write): void {
    const { now } = this.#world.time;
    const gap = now - (this.#lastStart.get(key) ?? Number.NEGATIVE_INFINITY);
    if (gap < USER_WINDOW_MS) this.#world.find(`two writes for the user ${key} within ${Math.round(gap)} ms`);
    this.#lastStart.set(key, now);
  }
}

const NOT_FOUND: Reply = { status: 404, body: { errors: [{ code: 'user-4', title: 'User not found' }] } };
const GONE: Reply = { status: 200, body: {} };
const NOT_ON_USER: Reply = { status: 409, body: { errors: [{ code: 'Conflict', title: 'not on that user' }] } };
const UNAVAILABLE: Reply = { status: 503, body: { errors: ['Service temporarily unavailable'] } };

function refusal(fate: Exclude<Fate, 'answered' | 'lost'>, seconds: number): Reply {
  if (fate === 'unavailable') return UNAVAILABLE;
  const limit = fate === 'app_limited' ? 'App ID' : 'User ID';
  return {
    status: 429,
    body: { errors: ['API rate limit exceeded'], limit },
    headers: { 'retry-after': `${seconds}` },
  };
}

/** The writes that a relay makes which has no record to delete or convert; aliases it takes away only to be sure. */
function readWrite(method: string, path: string, text: string): Write {
  const label = /\/users\/by\/external_id\/(\w+)\/identity\/(\w+)$/.exec(path);
  if (method === 'DELETE' && label?.[1] !== undefined && label[2] !== undefined)
    return { method, key: label[1], isIdentity: false, label: label[2], body: {} };
  const body = JSON.parse(text) as Write['body'];
  if (method === 'POST' && path.endsWith('/users'))
    return { method, key: String(body.identity?.external_id), isIdentity: false, body };
  const [, key, identity] = /\/users\/by\/external_id\/(\w+)(\/identity)?$/.exec(path) ?? [];
  if (method !== 'PATCH' || key === undefined) throw new Error(`The simulated OneSignal has no ${method} ${path}`);
  return { method, key, isIdentity: identity !== undefined, body };
}

function describe({ method, key, label, body }: Write): string {
  return `${method} ${key} ${label ?? JSON.stringify(body.properties?.tags ?? body.identity)}`;
}
