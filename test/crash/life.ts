import { type ChildProcess, fork } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Step } from './steps.ts';

/** What the relay tells of itself. */
export interface LifeState {
  isReady: boolean;
  due: number;
  pendingWriteBacks: number;
}

/** One relay process, from its start to its end. */
export interface Life {
  readonly state: LifeState;
  /** Resolves once it is ready; stays open when it ends before. */
  ready: Promise<void>;
  /** Told of each step that the gates see; true when the relay was killed at it. */
  reach(step: Step): boolean;
  kill(): void;
  /** Graceful. */
  stop(): void;
  /** How it ended: at which step it was killed; undefined for a kill at no step, or a graceful end. */
  ended: Promise<{ step: Step | undefined; fault: string | undefined }>;
}

export interface LifeOptions {
  variables: Record<string, string>;
  /** Where to die, at the n-th time; undefined: nowhere. */
  killAt: { step: Step; nth: number } | undefined;
}

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));

export function startLife({ variables, killAt }: LifeOptions): Life {
  const planned = killAt && { CRASH_STEP: killAt.step, CRASH_NTH: String(killAt.nth) };
  const child = fork(CHILD, [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      NODE_COMPILE_CACHE: join(tmpdir(), 'onesignal-salesforce-crash-test'),
      ...variables,
      ...planned,
    },
  });
  let state: LifeState = { isReady: false, due: 0, pendingWriteBacks: 0 };
  const { promise: ready, resolve: onReady } = Promise.withResolvers<void>();
  child.on('message', (message) => {
    state = message as LifeState;
    if (state.isReady) onReady();
  });
  let left = killAt?.nth ?? 0;
  let isKilledByUs = false;
  let killedAt: Step | undefined;
  const kill = () => {
    isKilledByUs = child.kill('SIGKILL') || isKilledByUs;
  };
  return {
    get state() {
      return state;
    },
    ready,
    reach(step) {
      if (step !== killAt?.step || killedAt !== undefined || isKilledByUs) return false;
      left -= 1;
      if (left > 0) return false;
      kill();
      killedAt = step;
      return true;
    },
    kill,
    stop: () => void (child.connected && child.send('stop')),
    ended: endOf(child).then(({ signal, fault }) => ({
      step: signal === 'SIGKILL' && !isKilledByUs ? killAt?.step : killedAt,
      fault,
    })),
  };
}

function endOf(child: ChildProcess): Promise<{ signal: string | null; fault: string | undefined }> {
  const said: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString('utf8')));
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      const isExpected = code === 0 || signal === 'SIGKILL';
      resolve({ signal, fault: isExpected ? undefined : `the relay ended by itself (${code}): ${said.join('')}` });
    });
  });
}
