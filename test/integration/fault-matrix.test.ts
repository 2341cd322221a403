import { RelayError } from '../../relay/config/relay-error.ts';
import type { World } from '../emulators/world.ts';
import { runCell } from '../faults/cell-run.ts';
import { allPairs, type Cell, FAULTS, nameOf } from '../faults/matrix.ts';
import { STEPS } from '../faults/step.ts';

const { cells, none } = allPairs();

function cell(name: string): Cell {
  const found = cells.find((one) => nameOf(one) === name);
  if (found === undefined) throw new Error(`there is no cell ${name}`);
  return found;
}

test('every pair of a fault and a step is a cell, or says why it can’t happen', () => {
  expect(cells.length + none.length).toBe(FAULTS.length * STEPS.length);
  expect(new Set([...cells, ...none].map(nameOf)).size).toBe(cells.length + none.length);
  expect(none.filter(({ why }) => why.length < 10)).toEqual([]);
  expect(FAULTS.filter((fault) => !cells.some((one) => one.fault === fault))).toEqual([]);
});

test.concurrent.each([
  'onesignal/reset: after it is applied @ onesignal.create_user',
  'onesignal/not_found @ onesignal.delete_alias',
  'salesforce/broken off @ salesforce.query records',
  'row/row: FIELD_CUSTOM_VALIDATION_EXCEPTION @ salesforce.collections',
  'stream/stream: replay window lost @ stream.subscribe',
  'store/STORE_FAILED, once @ store.usersToAssert',
  'around/part lost @ store.commitSync',
  'around/relay stopped and started @ onesignal.update_tags',
])('%s ends as it must', async (name) => {
  expect(await runCell(cell(name))).toEqual([]);
});

describe('a cell fails', () => {
  const usual = cell('onesignal/reset: before it is applied @ onesignal.create_user');
  /** The usual cell, with something else that happens in it. */
  const played = (changed: Partial<Cell['fault']>) =>
    runCell({ ...usual, fault: { ...usual.fault, ...changed } }, 4_000);
  const around = (begin: (world: World) => void) =>
    played({ effect: { kind: 'request', strike: (_request, world) => void begin(world) } });

  test.concurrent('when its fault never struck', async () => {
    const step = { name: 'onesignal.update_tags', side: 'onesignal', scene: 'created' } as const;
    expect(await runCell({ ...usual, step }, 4_000)).toEqual(['not reached: onesignal.update_tags']);
  });

  test.concurrent('when its fault met nothing', async () => {
    const met = { by: 'stream_end', reason: 'no such end' } as const;
    expect(await played({ effect: { kind: 'lasting', met } })).toEqual([
      'the fault met nothing that the relay did, or does not end',
    ]);
  });

  test.concurrent('when its fault is never over', async () => {
    const error = () => new RelayError('STORE_FAILED', 'The disk is full.');
    expect(await played({ effect: { kind: 'store', when: 'before', error, forMs: 60_000 } })).toEqual([
      'the fault is over',
    ]);
  });

  test.concurrent('when a change is lost', async () => {
    const [finding, ...others] = await around(({ org }) => org.losePublished(1));
    expect(finding).toMatch(
      /^no rest one more record, and what was in doubt; Lead .* OneSignal_Sync_Status__c is null/,
    );
    expect(others).toEqual([]);
  });

  test.concurrent('when a user of OneSignal holds something else', async () => {
    const [finding] = await around(({ onesignal }) => onesignal.seedUser({ externalId: 'x', tags: { sf_stage: 'x' } }));
    expect(finding).toBe('no rest after the fault; user x still carries sf_stage');
  });

  test.concurrent('when a rate was broken', async () => {
    const findings = await around(({ onesignal }) => {
      onesignal.violations.user += 1;
    });
    expect(findings).toEqual(['the rate of a user was broken (1)']);
  });

  test.concurrent('when neither /readyz nor the log says what it should', async () => {
    expect(await played({ shows: () => 'STORE_FAILED' })).toEqual(['nothing ever said STORE_FAILED']);
  });

  test.concurrent('when no record gets the verdict that it should', async () => {
    expect(await played({ ending: () => 'TAG_LIMIT' })).toEqual(['no record is TAG_LIMIT']);
  });

  test.concurrent('when the relay ends and should not', async () => {
    const error = () => new RelayError('STORE_FAILED', 'The disk is full.');
    const step = { name: 'store.bind', side: 'store', scene: 'start' } as const;
    const fault = { ...usual.fault, effect: { kind: 'store', when: 'before', error } as const };
    expect(await runCell({ fault, step, scene: 'start' }, 4_000)).toContain('The disk is full.');
  });
});
