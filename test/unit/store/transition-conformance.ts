import type { StageTransition } from '../../../relay/mapping/stage-transition.ts';
import type { OneProcess } from '../../emulators/one-process.ts';
import { CHANNEL, LEAD, OTHER_LEAD, result, T0, verdict } from './store-samples.ts';

const AT = Math.floor(T0 / 1000);

function move(given: Partial<StageTransition> = {}): StageTransition {
  return { kind: 'event', recordId: LEAD, object: 'Lead', stage: 'Working', priorStage: 'New', at: AT, ...given };
}

export function describeTransitions(current: () => OneProcess): void {
  describe('stage transitions', () => {
    const arrive = (...transitions: StageTransition[]) =>
      current().commitEvents({ channel: CHANNEL, replayId: undefined, changes: [], transitions, receivedAt: T0 });
    const settle = (recordId: string, userKey: string | null, shown?: StageTransition) =>
      current().commitSync([result({ transitions: [{ kind: 'event', recordId, userKey, shown }] })], T0);
    const synced = (stage: string, status: 'Synced' | 'Failed' = 'Synced') =>
      current().commitSync([result({ verdicts: [verdict(LEAD, { status, stage })] })], T0);
    const toTell = (now = T0) => current().transitionsToTell({ kind: 'event', limit: 9, now });
    const stages = async () => (await toTell()).map(({ stage }) => stage);

    test('one is told once its record has a verdict, with the user it stands for', async () => {
      await arrive(move());
      expect(await toTell()).toEqual([]);
      await settle(OTHER_LEAD, 'user-2');
      expect(await toTell()).toEqual([]);
      await settle(LEAD, 'user-1');
      expect(await toTell()).toEqual([{ ...move(), userKey: 'user-1', attempts: 0 }]);
    });

    test('they are told in the order in which they came, those of the same second too', async () => {
      await arrive(
        move({ stage: 'Working' }),
        move({ stage: 'Lost', priorStage: 'Working' }),
        move({ stage: 'Again' }),
      );
      await settle(LEAD, 'user-1');
      expect(await stages()).toEqual(['Working', 'Lost', 'Again']);
    });

    test('one that comes twice is told once, also after it was told', async () => {
      await arrive(move(), move());
      await settle(LEAD, 'user-1');
      await current().commitTransitions([{ transition: move(), notBefore: null }], 0);
      await arrive(move());
      await settle(LEAD, 'user-1');
      expect(await toTell()).toEqual([]);
    });

    test('a record that is skipped takes what it had to tell along', async () => {
      await arrive(move());
      await settle(LEAD, null);
      await settle(LEAD, 'user-1');
      expect(await toTell()).toEqual([]);
    });

    test('one that is to be told again waits, and its tries are counted', async () => {
      await arrive(move());
      await settle(LEAD, 'user-1');
      await current().commitTransitions([{ transition: move(), notBefore: T0 + 5 }], 0);
      expect(await toTell(T0 + 4)).toEqual([]);
      expect(await toTell(T0 + 5)).toEqual([{ ...move(), userKey: 'user-1', attempts: 1 }]);
    });

    test('one that the record shows counts where no event told of it, and comes from the stage of the last verdict', async () => {
      await synced('Contacted');
      await settle(LEAD, 'user-1', move({ priorStage: null }));
      expect(await toTell()).toEqual([{ ...move({ priorStage: 'Contacted' }), userKey: 'user-1', attempts: 0 }]);
    });

    test('one that the record shows counts not where an event told of it, up to a minute after', async () => {
      await arrive(move({ at: AT + 60 }));
      await settle(LEAD, 'user-1', move());
      expect((await toTell()).map(({ at }) => at)).toEqual([AT + 60]);
    });

    test('an event that comes after the record has shown the same is told no more', async () => {
      await settle(LEAD, 'user-1', move());
      await arrive(move({ at: AT + 2 }));
      await settle(LEAD, 'user-1');
      expect((await toTell()).map(({ at }) => at)).toEqual([AT]);
    });

    test('a stage that the last good verdict was about is no transition; a failed verdict is none', async () => {
      await synced('Working');
      await settle(LEAD, 'user-1', move());
      expect(await toTell()).toEqual([]);
      await synced('Working', 'Failed');
      await settle(LEAD, 'user-1', move());
      expect(await stages()).toEqual(['Working']);
    });

    test('an event and a message of one transition are told apart', async () => {
      await arrive(move(), move({ kind: 'message' }));
      await current().commitSync(
        [
          result({
            transitions: [
              { kind: 'event', recordId: LEAD, userKey: 'user-1', shown: undefined },
              { kind: 'message', recordId: LEAD, userKey: null, shown: undefined },
            ],
          }),
        ],
        T0,
      );
      expect(await stages()).toEqual(['Working']);
      expect(await current().transitionsToTell({ kind: 'message', limit: 9, now: T0 })).toEqual([]);
    });

    test('what is old is forgotten, told or not', async () => {
      await arrive(move({ stage: 'Old', at: AT - 10 }), move());
      await settle(LEAD, 'user-1');
      await current().commitTransitions([], AT - 5);
      expect(await stages()).toEqual(['Working']);
    });

    test('a user that the record stands for since counts', async () => {
      await arrive(move());
      await settle(LEAD, 'user-1');
      await settle(LEAD, 'user-2');
      expect((await toTell()).map(({ userKey }) => userKey)).toEqual(['user-2']);
    });

    test('a process whose part is over changes nothing', async () => {
      await arrive(move());
      await settle(LEAD, 'user-1');
      const { epoch } = current();
      await current().leave();
      const late = current().commitTransitions([{ transition: move(), notBefore: null }], 0, epoch);
      await expect(late).rejects.toMatchObject({ code: 'PART_LOST' });
    });
  });
}
