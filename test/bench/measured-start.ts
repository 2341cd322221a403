import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { profileFlags } from './profile.ts';

/** What `measured-process.js` tells. */
interface Sample {
  /** Bytes. */
  rss: number;
  heap: number;
  external: number;
  /** Microseconds of processor time since the start. */
  cpu: number;
  /** Bytes given to the disk since the start; 0 where the system does not count them. */
  written: number;
}

/** A program in a process of its own. */
export interface MeasuredProcess {
  /** What it cost, each with the time at which that was told, ms since 1970. */
  samples: (Sample & { at: number })[];
  /** Resolves with what it printed. Rejects where it ended with anything but 0, unless it was killed. */
  ended: Promise<string>;
  /** Resolves when it listens to Salesforce. */
  ready: Promise<void>;
  /** What it has cost by now. */
  measure(): Promise<Sample>;
  kill(signal: 'SIGKILL' | 'SIGTERM'): void;
}

/** As it is installed: built, with no package beside it. */
const COMMAND = join(import.meta.dirname, '../../dist/relay/cli/main.js');
/** In the words that most people would write it in. */
const SCRIPT = join(import.meta.dirname, 'script/stage-sync-script.ts');

/** Those with which the installed command starts itself. */
const SHEBANG = /^#!\/usr\/bin\/env -S (?<variable>[^=]+)=(?<value>\S+) node (?<flags>.*)\n/.exec(
  readFileSync(join(import.meta.dirname, '../../relay/cli/main.ts'), 'utf8'),
);
const { variable = '', value = '', flags = '' } = SHEBANG?.groups ?? {};
if (variable === '' || flags === '') throw new Error('how the installed command starts itself is not understood');

/** A command of the relay, as its host runs it. */
export function startCommand(args: readonly string[], env: Record<string, string>, folder: string): MeasuredProcess {
  const [name = ''] = args;
  const own = { [variable]: value, RELAY_DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'info' };
  return startMeasured({ name, program: [COMMAND, ...args], env: { ...env, ...own }, flags: flags.split(' '), folder });
}

export function startScript(env: Record<string, string>, folder: string): MeasuredProcess {
  return startMeasured({ name: 'script', program: [SCRIPT], env, flags: [], folder });
}

interface Measured {
  name: string;
  program: readonly string[];
  env: Record<string, string>;
  flags: readonly string[];
  folder: string;
}

function startMeasured({ name, program, env, flags, folder }: Measured): MeasuredProcess {
  const child = fork(join(import.meta.dirname, 'measured-process.js'), program, {
    cwd: folder,
    env,
    execArgv: ['--disable-warning=ExperimentalWarning', ...flags, ...profileFlags(name)],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const samples: MeasuredProcess['samples'] = [];
  child.on('message', (sample: Sample) => samples.push({ ...sample, at: Date.now() }));
  let [printed, complaints] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => {
    if (code !== 0 && signal === null) throw new Error(`${name} ended with ${code}: ${complaints}`);
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
    async measure() {
      const told = once(child, 'message');
      child.send('now');
      const [sample] = await Promise.race([told, ended.then(() => [samples.at(-1)])]);
      return sample as Sample;
    },
    kill: (signal) => void child.kill(signal),
  };
}
