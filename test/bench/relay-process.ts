import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sample } from './measured-command.ts';
import { profileFlags } from './profile.ts';

/** A command of the relay in a process of its own. */
export interface RelayProcess {
  /** What it cost, each with the time at which that was told, ms since 1970. */
  samples: (Sample & { at: number })[];
  /** Resolves with what it printed. Rejects where it ended with anything but 0, unless it was killed. */
  ended: Promise<string>;
  /** Of a relay: resolves when it listens. */
  ready: Promise<void>;
  kill(signal: 'SIGKILL' | 'SIGTERM'): void;
}

/** Those with which the installed command starts itself. */
const SHEBANG = /^#!\/usr\/bin\/env -S (?<set>\S+=\S+) node (?<flags>.*)\n/.exec(
  readFileSync(join(import.meta.dirname, '../../relay/cli/main.ts'), 'utf8'),
);
const { set = '', flags = '' } = SHEBANG?.groups ?? {};
if (set === '' || flags === '') throw new Error('how the installed command starts itself is not understood');

export function startCommand(args: readonly string[], env: Record<string, string>, folder: string): RelayProcess {
  const child = fork(join(import.meta.dirname, 'measured-command.ts'), args, {
    cwd: folder,
    env: { ...env, ...Object.fromEntries([set.split('=')]), RELAY_DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'info' },
    execArgv: ['--disable-warning=ExperimentalWarning', ...flags.split(' '), ...profileFlags(args[0] ?? '')],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const samples: RelayProcess['samples'] = [];
  child.on('message', (sample: Sample) => samples.push({ ...sample, at: Date.now() }));
  let [printed, complaints] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => {
    if (code !== 0 && signal === null) throw new Error(`${args[0]} ended with ${code}: ${complaints}`);
    return printed;
  });
  ended.catch(() => undefined);
  const subscribed = new Promise<void>((resolve) => {
    child.stderr?.on('data', () => {
      if (complaints.includes('Subscribed to Salesforce')) resolve();
    });
  });
  return {
    samples,
    ended,
    ready: Promise.race([subscribed, ended.then(() => undefined)]),
    kill: (signal) => void child.kill(signal),
  };
}
