import { FAULT_STEPS } from '../faults/fault-steps.ts';
import { FAULTS, type Fault } from '../faults/faults.ts';
import { allPairs } from '../faults/matrix.ts';
import { runCell } from '../faults/run-cell.ts';

const CELLS = [
  ['OneSignal: done, and the answer lost', 'onesignal.create_user'],
  ['OneSignal: tag_limit', 'onesignal.update_tags'],
  ['stream: replay_lost', 'store.commitEvents'],
  ['status row: UNABLE_TO_LOCK_ROW', 'salesforce.collections'],
  ['store: STORE_FAILED once', 'store.commitSync'],
  ['process: stopped and started again', 'store.commitWriteBacks'],
] as const;

const stepOf = (name: string) => found(FAULT_STEPS.find((step) => step.name === name));
const faultOf = (name: string) => found(FAULTS.find((fault) => fault.name === name));

test.each(CELLS)('%s at %s comes right in the end', async (fault, step) => {
  expect((await runCell(faultOf(fault), stepOf(step))).findings).toEqual([]);
});

test('an answer that OneSignal did not keep its word of is found', async () => {
  const lie: Fault = {
    name: 'a lie',
    expected: { kind: 'right' },
    strike: (scene) =>
      scene.arm(
        'onesignal',
        { kind: 'answer', status: 200, body: { identity: {} } },
        (name) => name === 'update_identity',
      ),
  };
  const { findings } = await runCell(lie, stepOf('onesignal.update_identity'), 4_000);
  expect(findings).toContainEqual(expect.stringMatching(/^user account-1: salesforce_id is null/));
});

test('a fault that meets nothing fails its cell', async () => {
  const nothing: Fault = { name: 'nothing', expected: { kind: 'right' }, strike: () => undefined };
  const { findings } = await runCell(nothing, stepOf('store.commitSync'), 4_000);
  expect(findings).toEqual(['not reached: the fault met nothing that the relay did']);
});

test('every fault is played at some step, and every pair is played or has a reason', () => {
  const { cells, impossible } = allPairs();
  expect(new Set(cells.map(({ fault }) => fault.name))).toEqual(new Set(FAULTS.map(({ name }) => name)));
  expect(cells.length + impossible.length).toBe(FAULTS.length * FAULT_STEPS.length);
  expect(impossible.filter(({ why }) => why === '')).toEqual([]);
});

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the matrix has no such name');
  return value;
}
