import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '../../relay/cli/main.ts');

/** One relay of the fleet, as its host runs it. */
export interface FleetRelay {
  number: number;
  child: ChildProcess;
  isFrozen: boolean;
  wasFrozen: boolean;
  isGone: boolean;
}

/** What was done to the relay that listened, and when another one listened. */
export interface Failover {
  by: 'killed' | 'frozen';
  milliseconds: number;
}

/** Several relays on one store, each a process; knows from their logs which one listens to Salesforce. */
export class RelayFleet {
  readonly relays: FleetRelay[] = [];
  readonly failovers: Failover[] = [];
  /** Lines at error level, and whatever was said by a relay that ended without being killed. */
  readonly complaints: string[] = [];
  /** Undefined while the one that listened is gone and none has taken over. */
  listener: FleetRelay | undefined;
  readonly #environment: Readonly<Record<string, string>>;
  #struck: { by: Failover['by']; at: number } | undefined;
  #isEnding = false;

  constructor(environment: Readonly<Record<string, string>>) {
    this.#environment = environment;
  }

  start(): void {
    const number = this.relays.length + 1;
    const child = spawn(process.execPath, [MAIN, 'run'], {
      env: { ...this.#environment, PORT: '0', LOG_LEVEL: 'info', LOG_FORMAT: 'json' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const relay = { number, child, isFrozen: false, wasFrozen: false, isGone: false };
    this.relays.push(relay);
    let rest = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#hear(relay, line);
    });
    child.on('exit', (code, signal) => {
      if (signal === null && !this.#isEnding) this.complaints.push(`relay ${number} ended by itself with ${code}`);
      relay.isGone = true;
    });
  }

  /** Those that could work now. */
  get working(): FleetRelay[] {
    return this.relays.filter(({ isFrozen, isGone }) => !isFrozen && !isGone);
  }

  kill(relay: FleetRelay): void {
    this.#strike(relay, 'killed');
    relay.isGone = true;
    relay.child.kill('SIGKILL');
  }

  freeze(relay: FleetRelay): void {
    this.#strike(relay, 'frozen');
    relay.isFrozen = true;
    relay.wasFrozen = true;
    relay.child.kill('SIGSTOP');
  }

  thaw(relay: FleetRelay): void {
    relay.isFrozen = false;
    relay.child.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    this.#isEnding = true;
    const ends = this.relays.map(({ child }) =>
      child.exitCode === null && child.signalCode === null
        ? new Promise((resolve) => child.once('exit', resolve))
        : undefined,
    );
    for (const relay of this.relays) {
      if (relay.isFrozen) this.thaw(relay);
      relay.child.kill('SIGTERM');
    }
    await Promise.all(ends);
  }

  #strike(relay: FleetRelay, by: Failover['by']): void {
    if (relay !== this.listener) return;
    this.listener = undefined;
    this.#struck = { by, at: performance.now() };
  }

  #hear(relay: FleetRelay, line: string): void {
    // A frozen relay finds its database connections timed out when it goes on.
    const isOfFreeze = relay.wasFrozen && line.includes('STORE_FAILED');
    if (line.includes('"level":"error"') && !isOfFreeze) this.complaints.push(`relay ${relay.number}: ${line}`);
    if (relay.isGone || relay.isFrozen) return;
    if (!line.includes('Subscribed to Salesforce.')) return;
    this.listener = relay;
    if (this.#struck === undefined) return;
    this.failovers.push({ by: this.#struck.by, milliseconds: Math.round(performance.now() - this.#struck.at) });
    this.#struck = undefined;
  }

  /** True while nobody has taken over yet. */
  get isFailingOver(): boolean {
    return this.#struck !== undefined;
  }
}
