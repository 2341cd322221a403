import { type SyncEntry, type WriteEntry, writeEntry } from '../../../../relay/pipeline/journal/journal-entry.ts';
import { storyOf } from '../../../../relay/server/console/timeline.ts';

const T0 = 1_764_000_000_000;
const VERDICT: SyncEntry['v'] = ['Synced', 'OK', 'OneSignal holds this stage.', 'Working'];

function sync(given: Partial<SyncEntry> = {}): SyncEntry {
  return { d: [T0, 'StageChanged', 'Working', T0 - 500], c: [], v: VERDICT, ...given };
}

/** @param entries oldest first, a second apart */
function storyFrom(...entries: (SyncEntry | WriteEntry | string)[]) {
  const rows = entries.map((entry, n) => ({
    at: T0 + 1_000 * (n + 1),
    entry: typeof entry === 'string' ? entry : writeEntry(entry),
  }));
  return storyOf(rows.reverse());
}

test('one sync is told from what asked for it to what Salesforce said', () => {
  const call = [T0 + 300, 'update tags', 'accepted (202)', 40] as const;
  const plan = { a: { sf_stage: 'sql' }, c: {}, r: [] };
  const { timeline } = storyFrom(sync({ c: [[...call]], p: plan }), { w: 'written' });
  expect(timeline).toEqual([
    { at: T0, kind: 'due', cause: 'StageChanged', stage: 'Working', changedAt: T0 - 500 },
    { at: T0 + 300, kind: 'plan', added: { sf_stage: 'sql' }, changed: [], removed: [] },
    { at: T0 + 300, kind: 'call', call: 'update tags', answer: 'accepted (202)', ms: 40 },
    {
      at: T0 + 1_000,
      kind: 'verdict',
      status: 'Synced',
      reason: 'OK',
      detail: 'OneSignal holds this stage.',
      stage: 'Working',
    },
    { at: T0 + 2_000, kind: 'write_back', answer: 'written' },
  ]);
});

test('what a tag was before is what an earlier plan made it; without one it is not known', () => {
  const { timeline, tags } = storyFrom(
    sync({ p: { a: { a: '1' }, c: { b: '1' }, r: [] } }),
    sync({ p: { a: {}, c: { a: '2', b: '2' }, r: [] } }),
    sync({ p: { a: {}, c: {}, r: ['b'] } }),
    sync({ p: { a: {}, c: { b: '3' }, r: [] } }),
  );
  const changes = timeline.flatMap((entry) => (entry.kind === 'plan' ? [entry.changed] : []));
  expect(changes).toEqual([
    [{ tag: 'b', from: '', to: '1' }],
    [
      { tag: 'a', from: '1', to: '2' },
      { tag: 'b', from: '1', to: '2' },
    ],
    [],
    [{ tag: 'b', from: '', to: '3' }],
  ]);
  expect([...tags]).toEqual([
    ['a', '2'],
    ['b', '3'],
  ]);
});

test('a change that is tried again became due once', () => {
  const { v: _, ...interrupted } = sync();
  const kinds = storyFrom(interrupted, sync()).timeline.map(({ kind }) => kind);
  expect(kinds).toEqual(['due', 'verdict']);
});

test('the stage of an older event is no news of a change of details', () => {
  const { timeline } = storyFrom(sync({ d: [T0, 'DetailsChanged', 'Working', T0 - 90_000] }));
  expect(timeline[0]).toEqual({ at: T0, kind: 'due', cause: 'DetailsChanged', stage: null, changedAt: null });
});

test('an entry of another version is passed over', () => {
  expect(storyFrom('{"x":1}', '7', { w: 'written' }).timeline).toHaveLength(1);
});
