import { type LogFields, type Logger, SILENT_LOGGER } from '../../relay/telemetry/logger.ts';
import { endScenario, type Scenario, startScenario } from './scenario.ts';

afterEach(endScenario);

const WORKING = 'Working - Contacted';
const FOUND = /reconcile found what changed/;

/** A logger that keeps what it is told at the levels that a person is woken by. */
function keeper() {
  const warnings: { message: string; fields: LogFields | undefined }[] = [];
  const keep = (message: string, fields?: LogFields) => void warnings.push({ message, fields });
  const logger: Logger = { ...SILENT_LOGGER, warn: keep, error: keep };
  return { warnings, logger, found: () => warnings.filter(({ message }) => FOUND.test(message)) };
}

/** A relay that is subscribed with a cursor, and what it warned of since. */
async function startWithCursor(prepare?: (s: Scenario) => Promise<void>) {
  const kept = keeper();
  const s = await startScenario({ relay: { logger: kept.logger } });
  const id = s.lead();
  await s.settled();
  await prepare?.(s);
  return { s, id, ...kept };
}

const isReady = (s: Scenario) => s.relay.relay.readiness().isReady;
const lastAsked = (s: Scenario) => s.world.salesforce.stats.replayIdsAsked.at(-1);

test('a place that was lost while the relay was down is made good without a person', async () => {
  const { s, id } = await startWithCursor((started) => started.stop());
  s.update(id, { Status: WORKING });
  const created = s.lead();
  s.world.salesforce.faults.loseReplayWindow();
  await s.restart();
  await s.until('both are synced', () => s.user(id)?.tags.sf_stage === WORKING && s.said(created) === 'Synced OK');
  await s.until('all is ready', () => isReady(s));
  expect(lastAsked(s)).toBe(-1);
  const after = s.lead();
  await s.until('events flow again', () => s.said(after) === 'Synced OK');
});

test('an org that moved, and counts its events anew, is made good the same way', async () => {
  const { s, id } = await startWithCursor((started) => started.stop());
  s.world.org.orgMoved();
  s.update(id, { Status: WORKING });
  await s.restart();
  await s.until('the move is synced', () => s.user(id)?.tags.sf_stage === WORKING);
  expect(lastAsked(s)).toBe(-1);
});

test('a place that was lost on a quiet org is told, and warned of by nothing', async () => {
  const { s, warnings } = await startWithCursor((started) => started.stop());
  s.world.salesforce.faults.loseReplayWindow();
  await s.restart();
  await s.until('a new subscription began', () => lastAsked(s) === -1);
  await s.until('all is ready', () => isReady(s));
  await s.settled();
  expect(warnings).toEqual([]);
});

test('a second subscribe that is refused, which the stock client never tells, is seen; a change before the third is found and warned of', async () => {
  const kept = keeper();
  let onDrop: () => void = () => undefined;
  const s = await startScenario({
    relay: {
      logger: kept.logger,
      wrapStore: (store) => ({
        ...store,
        async dropCursor(...given) {
          await store.dropCursor(...given);
          onDrop();
        },
      }),
    },
  });
  const id = s.lead();
  await s.settled();
  await s.until('reconcile is done', async () => (await s.relay.store.mark()) !== undefined);
  onDrop = () => s.update(id, { Status: WORKING });
  const { faults, stats } = s.world.salesforce;
  faults.loseReplayWindow();
  faults.forgetClients();
  await s.until('the change is synced', () => s.user(id)?.tags.sf_stage === WORKING);
  expect(stats.refusedSubscribes).toEqual([expect.stringMatching(/^400::The replayId/)]);
  // No event brought it: it was published while nobody was subscribed.
  expect(kept.found().map(({ fields }) => fields)).toEqual([{ records: 1 }]);
});
