import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '../../relay/cli/main.ts');

/** The command as its host runs it: another process, in a folder of its own, with nothing but this environment. */
export function relayProcess(args: readonly string[], env: Record<string, string>, cwd: string, main = MAIN) {
  const child = spawn(process.execPath, [main, ...args], { cwd, env });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      output[name] += chunk;
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const said = async (pattern: RegExp): Promise<string> => {
    while (!pattern.test(output.stderr)) {
      const failed = ended.then(() => Promise.reject(new Error(output.stderr)));
      await Promise.race([once(child.stderr, 'data'), failed]);
    }
    return pattern.exec(output.stderr)?.[1] ?? '';
  };
  return { child, ended, said, stdout: () => output.stdout, stderr: () => output.stderr };
}
