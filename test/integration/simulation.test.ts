import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** In a process of its own, which the simulation puts on virtual time. Not rejected by an exit code: the output tells. */
async function simulate(...options: string[]): Promise<string> {
  const node = ['--disable-warning=ExperimentalWarning', 'test/simulation/main.ts', ...options];
  const running = promisify(execFile)(process.execPath, node, { maxBuffer: 2 ** 28 });
  const { stdout } = await running.catch((error: { stdout: string }) => error);
  return stdout;
}

test('nothing is lost in 200 schedules of faults, crashes and late writes', async () => {
  const { schedules, crashes, writes, failed } = JSON.parse(await simulate('--schedules', '200', '--json'));
  expect(failed).toEqual([]);
  expect(schedules).toBe(200);
  expect(crashes).toBeGreaterThan(100);
  expect(writes).toBeGreaterThan(1_000);
}, 180_000);

test('a seed plays the same run again', async () => {
  const runs = await Promise.all([1, 2].map(() => simulate('--seed', '11', '--schedules', '5', '--trace')));
  const [first, second] = runs.map((output) => output.split('\n').filter((line) => !line.includes('a minute')));
  expect(first?.length).toBeGreaterThan(100);
  expect(second).toEqual(first);
}, 60_000);
