import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** In a process of its own, which plays on virtual time. Not rejected by an exit code: the output tells. */
async function play(...options: string[]): Promise<string> {
  const node = ['--disable-warning=ExperimentalWarning', 'test/people/main.ts', ...options];
  const running = promisify(execFile)(process.execPath, node, { maxBuffer: 2 ** 28 });
  const { stdout } = await running.catch((error: { stdout: string }) => error);
  return stdout;
}

test('100 interleavings of what people do, with faults, end as the reference model has it', async () => {
  const { runs, operations, crashes, writes, failed } = JSON.parse(await play('--runs', '100', '--json'));
  expect(failed).toEqual([]);
  expect(runs).toBe(100);
  expect(operations).toBeGreaterThan(600);
  expect(crashes).toBeGreaterThan(50);
  expect(writes).toBeGreaterThan(1_000);
}, 180_000);
