import { backoffMs } from '../config/backoff.ts';
import type { Environment } from '../config/environment.ts';
import { isRelayError, type RelayError } from '../config/relay-error.ts';
import { createRecordReader } from '../salesforce/record-reader.ts';
import type { StreamTiming } from '../salesforce/streaming/cometd-source.ts';
import type { StreamHandlers, StreamState } from '../salesforce/streaming/event-source.ts';
import type { DeadLetterFilter, Store } from '../store/store.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { createAlertPost } from './alerts/alert-post.ts';
import { createAlertWatch, type HeldAlert } from './alerts/alert-watch.ts';
import { backfillWork } from './backfill/backfill-request.ts';
import { createBudget } from './budget/budget.ts';
import { reportBudget } from './budget/budget-report.ts';
import { createDeliveriesWatch } from './budget/deliveries-watch.ts';
import { watchSpentDeliveries } from './budget/spent-deliveries.ts';
import { createUsageBook } from './budget/usage-book.ts';
import { createCommandRequests } from './command-requests.ts';
import { createEngagementIntake, type EngagementIntake } from './engagement/engagement-intake.ts';
import { createEngagementWorker } from './engagement/engagement-worker.ts';
import { createEngagementWriter } from './engagement/engagement-writer.ts';
import { createGate, type Gate, type Sleep, sleep } from './gate.ts';
import { createHistoryBook } from './history/history-book.ts';
import type { Allotments } from './history/minute-counts.ts';
import { createIntake } from './intake.ts';
import { trimJournalForever } from './journal/journal-trim.ts';
import { createLostWindow } from './lost-window.ts';
import { createMappingBacklog } from './mapping-backlog.ts';
import { createOneSignalRetries, probeOneSignal } from './onesignal-retries.ts';
import { createPart } from './part.ts';
import { assessReadiness, type Readiness } from './readiness.ts';
import { createReconcile, type Reconcile } from './reconcile.ts';
import { pauseAfterPass } from './reconcile-pause.ts';
import { reconcileWork } from './reconcile-request.ts';
import type { AllotmentsUsed, RelayView } from './relay-view.ts';
import { UNKNOWN_SIDE_RULE } from './retries/retry-table.ts';
import { watchWrites } from './retries/watched-client.ts';
import { createSetup, type SetupPace } from './setup.ts';
import { type ConnectSides, sidesOf } from './sides.ts';
import { createStoreSizes } from './store-sizes.ts';
import { createSyncWorker } from './sync-worker.ts';
import { createTidy } from './tidy.ts';
import { createEventTeller } from './transitions/event-teller.ts';
import { createMessageTeller } from './transitions/message-teller.ts';
import { createOutbox } from './transitions/outbox.ts';
import { whatFollows } from './transitions/what-follows.ts';
import { createWakeUp, type WakeUp } from './wake-up.ts';
import { createWriteBackWorker } from './write-back-worker.ts';
import { createWriteTurns } from './write-turns.ts';

/** What Salesforce is asked for at a stop gets so long, ms. What it was not heard to have done is done again after the next start. */
const STOP_GRACE_MS = 8_000;
/**
 * So many seconds' worth of records may be under way at once: what is sent in full takes two writes to each user, a second
 * and more apart. How many are read ahead of their turn is decided by how long that takes.
 */
const UNDER_WAY_S = 2.5;
/** Two snapshots. */
const LEAST_UNDER_WAY = 400;
const HOUR_MS = 3_600_000;

export interface RelayOptions {
  environment: Environment;
  store: Store;
  logger: Logger;
  metrics: Metrics;
  /** How often settings and mapping are read; the usual pace without it. */
  setupPace?: SetupPace | undefined;
  /** How long the stream waits for what; Salesforce's own times without it. */
  streamTiming?: Partial<StreamTiming> | undefined;
  /** How often alerts are judged, ms; the usual pace without it. */
  alertEveryMs?: number | undefined;
  /** How long what failed rests; real time without it, where a test that moves the clock has it rest by that. */
  restAfterFault?: Sleep | undefined;
  /** Connects to the two sides; those of the environment without it. */
  connect?: ConnectSides | undefined;
}

export interface Relay {
  /** Resolves when the relay has stopped; rejects with RelayError when it can't go on, such as for a store of another org. */
  run(signal: AbortSignal): Promise<void>;
  readiness(): Readiness;
  /** What an operator should know of now, oldest first. */
  alerts(): readonly HeldAlert[];
  /** Brings the gauges up to date. */
  measure(): Promise<void>;
  readonly view: RelayView;
  /** Takes what OneSignal tells of people and messages, whatever part this process has. */
  readonly engagement: EngagementIntake;
}

/** Puts the parts of the relay together: source, intake, sync, write-back, reconcile, and the two sides' gates. */
export function createRelay(options: RelayOptions): Relay {
  const { environment, store, logger, metrics, setupPace, streamTiming } = options;
  const { connect = sidesOf(environment, metrics, streamTiming), restAfterFault = sleep } = options;
  const { now } = store;
  let isStarted = false;
  const { salesforce, onesignal } = environment;
  const book = createUsageBook(store);
  const { session, client, openSource } = connect({
    onSalesforceCall: () => book.apiCalls.add(now()),
    onSalesforceAnswer: (call) => {
      if (call !== 'collections') salesforceGate.answered();
    },
    onAppPause: (ms) => void store.pauseOneSignal(now() + ms).catch(() => undefined),
  });
  const part = createPart({
    store,
    logger,
    onStanding({ members, validUntil, sendsFrom, pausedUntil }) {
      client.share(members, validUntil);
      if (sendsFrom > now()) client.holdBack(sendsFrom - now());
      if (pausedUntil > now()) client.pause(pausedUntil - now());
    },
    mayLeave: () => !syncWorker.hasUnstored,
  });
  const epoch = () => part.epoch;
  const { apiShare: share } = environment;
  const usage = () => (isStarted ? session.apiUsage() : undefined);
  const budget = createBudget({ apiCalls: book.apiCalls, usage, share, logger, now });
  const deliveries = createDeliveriesWatch({ session, budget, logger });
  const used = () => ({
    apiCalls: book.apiCalls.total(now()),
    org: usage(),
    delivered: book.deliveries.total(now()),
    deliveries: deliveries.deliveries,
  });
  const history = createHistoryBook({ store, metrics, allotments: () => asCounts(used()) });
  // Without the console nobody reads it, and tag values need not be kept.
  const isJournaled = environment.adminToken !== undefined;
  const gateOptions = { logger, now, sleep: restAfterFault };
  const salesforceGate = createGate({ side: 'Salesforce', ...gateOptions });
  // A rule or a heavy automation of the org can refuse whole writes while reads work: neither may hold up the other.
  const writeBackGate = createGate({ side: 'Salesforce status write', ...gateOptions });
  const engagementGate = createGate({ side: 'Salesforce engagement write', ...gateOptions });
  const onesignalGate = createGate({ side: 'OneSignal', ...gateOptions, probe: () => probeOneSignal(client) });
  const retries = createOneSignalRetries({ gate: onesignalGate, now });
  const [syncWakeUp, writeBackWakeUp, reconcileWakeUp] = [createWakeUp(), createWakeUp(), createWakeUp()];
  const commandWakeUps: WakeUp[] = [];
  const [eventWakeUp, messageWakeUp, engagementWakeUp] = [createWakeUp(), createWakeUp(), createWakeUp()];
  const hasWebhook = environment.webhook !== undefined;

  const setup = createSetup({
    session,
    gate: salesforceGate,
    logger,
    pace: setupPace,
    passable: budget.passable,
    onPause(isPaused) {
      logger.info(isPaused ? 'The sync is paused in OneSignal Settings.' : 'The sync goes on.');
      if (!isPaused) for (const wakeUp of [reconcileWakeUp, syncWakeUp, writeBackWakeUp]) wakeUp.wake();
    },
  });
  const reader = createRecordReader(session, () => setup.mappedFields);
  const onDue = () => syncWakeUp.wake();
  const reconcile = createReconcile({ store, reader, session, setup, logger, epoch, now, onDue });
  const mappingBacklog = createMappingBacklog(store, setup);
  const commands = [
    reconcileWork({ store, reconcile, gate: salesforceGate, bulkPassable: budget.bulkPassable }),
    backfillWork({
      store,
      session,
      setup,
      gate: salesforceGate,
      epoch,
      now,
      onDue,
      onDone: () => mappingBacklog.refresh(),
      bulkPassable: budget.bulkPassable,
    }),
  ].map((work) => {
    const wakeUp = createWakeUp();
    commandWakeUps.push(wakeUp);
    return createCommandRequests({ store, work, logger, wakeUp, epoch });
  });
  const lostWindow = createLostWindow(reconcile, logger);
  const syncWorker = createSyncWorker({
    store,
    reader,
    client: watchWrites(client, retries.onOutcome),
    setup,
    salesforceGate,
    onesignalGate,
    retries,
    metrics,
    logger,
    wakeUp: syncWakeUp,
    budget,
    requestsPerSecond: onesignal.requestsPerSecond,
    capacity: Math.max(LEAST_UNDER_WAY, onesignal.requestsPerSecond * UNDER_WAY_S),
    epoch,
    now,
    salesforceNow: session.now,
    onLatency: history.onLatency,
    isJournaled,
    keepsMoves: hasWebhook,
    onVerdicts: () => writeBackWakeUp.wake(),
    onTransitions() {
      eventWakeUp.wake();
      messageWakeUp.wake();
    },
  });
  const turns = createWriteTurns();
  const writeBackWorker = createWriteBackWorker({
    turns,
    store,
    session,
    setup,
    gate: writeBackGate,
    logger,
    metrics,
    wakeUp: writeBackWakeUp,
    epoch,
    isPartValid: () => part.isValid,
    budget,
    isJournaled,
    now,
  });

  const engagement = createEngagementIntake(store, () => engagementWakeUp.wake());
  const engagementOptions = { store, logger, epoch, budget, now };
  const engagementWorker = createEngagementWorker({
    ...engagementOptions,
    influenceMs: environment.influenceHours * HOUR_MS,
    metrics,
    wakeUp: engagementWakeUp,
  });
  const engagementWriter = createEngagementWriter({
    ...engagementOptions,
    session,
    setup,
    gate: engagementGate,
    turns,
    isPartValid: () => part.isValid,
  });

  const tidy = createTidy({ store, logger, retentionDays: environment.retentionDays, epoch, now });
  const storeSizes = createStoreSizes(store, metrics);

  const outboxOptions = {
    store,
    gate: onesignalGate,
    metrics,
    logger,
    isPaused: () => setup.settings.isPaused,
    epoch,
    now,
    salesforceNow: session.now,
  };
  const tellerOptions = {
    client: watchWrites(client, retries.onOutcome),
    gate: onesignalGate,
    mapping: () => setup.mapping,
  };
  const outboxes = [
    createOutbox(createEventTeller(tellerOptions), { ...outboxOptions, wakeUp: eventWakeUp }),
    createOutbox(createMessageTeller(tellerOptions), { ...outboxOptions, wakeUp: messageWakeUp }),
  ];

  let stream: { state: StreamState; reason: string | undefined } = { state: 'connecting', reason: undefined };
  let lastAliveAt: number | undefined;
  const spentDeliveries = watchSpentDeliveries(() => reconcileWakeUp.wake());
  // Without a cursor a subscription starts with what comes from then on: what came before it, only reconcile can find.
  let hasGap = false;
  const intake = createIntake({
    store,
    channel: salesforce.channel,
    metrics,
    logger,
    now,
    onDue,
    onDelivered: (count) => book.deliveries.add(now(), count),
    whatFollows: (move) => whatFollows(move, setup.mapping),
  });
  const handlersUnder = (epoch: number): StreamHandlers => ({
    async readCursor() {
      const cursor = await store.cursor(salesforce.channel);
      hasGap = cursor === undefined;
      return cursor;
    },
    onEvents: (events, signal) => intake.take(events, epoch, signal),
    onReplayLost: () => store.dropCursor(salesforce.channel, epoch),
    onState(state, reason, isRoutine) {
      lostWindow.onStream(state);
      spentDeliveries.onState(state);
      const isNews = state !== stream.state || reason !== stream.reason;
      if (state === 'subscribed' && hasGap) reconcileWakeUp.wake();
      if (isNews && state === 'subscribed') logger.info('Subscribed to Salesforce.', { channel: salesforce.channel });
      if (isNews && reason !== undefined)
        logger[isRoutine ? 'info' : 'warn']('The stream from Salesforce was interrupted.', { state, reason });
      stream = { state, reason };
      metrics.streamConnected.set(state === 'subscribed' ? 1 : 0);
    },
    onAlive() {
      metrics.lastConnect.setToCurrentTime();
      lastAliveAt = now();
    },
  });

  const isStoreHealthy = () => syncWorker.isStoreHealthy && intake.isStoreHealthy && part.isStoreHealthy;
  const { alertWebhook } = environment;
  const alertWatch = createAlertWatch({
    store,
    signals: () => ({
      isPaused: setup.settings.isPaused,
      stream: isStarted && part.standing?.isSubscriber === true ? stream : undefined,
      isStoreHealthy: isStoreHealthy(),
      salesforceStopped: (salesforceGate.closedBy ?? writeBackGate.closedBy)?.code,
      onesignalStopped: onesignalGate.closedBy?.code,
      phase: budget.phase,
      areDeliveriesSpent: spentDeliveries.areSpent,
      deliveries: deliveries.deliveries,
      faultyRows: setup.warnings.rows.length + setup.warnings.settings.length,
    }),
    // Before it has a part nobody else may be there to tell why it can't start.
    mayTell: () => part.standing?.isSubscriber ?? true,
    post:
      alertWebhook === undefined
        ? undefined
        : createAlertPost({
            address: alertWebhook,
            store,
            teller: () => ({ appId: onesignal.appId, orgId: isStarted ? session.orgId : undefined }),
            logger,
          }),
    metrics,
    logger,
    everyMs: options.alertEveryMs,
  });

  let startup: RelayError | undefined;

  /** Logs in and reads the setup; a side that does not answer yet is no reason to give up. */
  const start = async (signal: AbortSignal) => {
    while (!signal.aborted && !isStarted) {
      try {
        await session.open();
        await store.bind({ orgId: session.orgId, appId: onesignal.appId });
        await setup.refresh();
        salesforceGate.open();
        startup = undefined;
        isStarted = true;
      } catch (error) {
        if (!isRelayError(error) || error.code.startsWith('STORE_')) throw error;
        startup = error;
        salesforceGate.close(error);
        await salesforceGate.passable(signal);
      }
    }
  };

  const reconcileForever = async (signal: AbortSignal) => {
    for (let failures = 0; !signal.aborted; ) {
      await budget.bulkPassable(signal);
      const began = performance.now();
      const isDone = await salesforceGate.through(signal, () =>
        reconcileOnce(lostWindow, setup, salesforceGate, logger, signal),
      );
      failures = isDone ? 0 : failures + 1;
      if (isDone) await mappingBacklog.refresh();
      // Beside other reads that work, the gate alone would let a pass that fails come again every second.
      const retry = backoffMs(UNKNOWN_SIDE_RULE.waits, failures - 1, Math.random);
      const pause = pauseAfterPass(environment.reconcileMinutes * 60_000, performance.now() - began);
      await (isDone ? reconcileWakeUp.wait(pause, signal) : restAfterFault(retry, signal));
    }
  };

  const work = async (termSignal: AbortSignal) => {
    // What fails for good takes the others down in order, so that nothing works on half a relay.
    const failing = new AbortController();
    const signal = AbortSignal.any([termSignal, failing.signal]);
    const together = async (...parts: Promise<void>[]) => {
      for (const one of parts) one.catch(() => failing.abort());
      const failed = (await Promise.allSettled(parts)).find((end) => end.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    };
    const syncing = syncWorker.run(signal);
    /** What only one process does: it listens, reconciles and writes statuses back. */
    const lead = async () => {
      await part.becomesSubscriber(signal);
      if (signal.aborted) return;
      const source = openSource(handlersUnder(part.epoch));
      source.start();
      const listening = aborted(signal).then(() => source.stop());
      await together(
        listening,
        writeBackWorker.run(signal, syncing),
        reconcileForever(signal),
        ...commands.map((command) => command.run(signal)),
        tidy.run(signal),
        trimJournalForever({ store, retentionDays: environment.retentionDays, epoch, now }, signal),
        deliveries.watch(signal),
        ...outboxes.map((outbox) => outbox.run(signal)),
        ...(hasWebhook ? [engagementWorker.run(signal), engagementWriter.run(signal)] : []),
      );
    };
    await together(syncing, lead(), setup.watch(signal), book.keep(signal), history.keep(signal));
  };

  const run = async (stopSignal: AbortSignal) => {
    const stopListening = store.onChange(() => {
      for (const wakeUp of [syncWakeUp, writeBackWakeUp, eventWakeUp, messageWakeUp, ...commandWakeUps]) wakeUp.wake();
    });
    // Waits for OneSignal end at once, requests under way get a few seconds, so that a stop never takes a minute.
    const closing = aborted(stopSignal).then(() => {
      session.abandon(STOP_GRACE_MS);
      return client.close();
    });
    const watched = new AbortController();
    const watching = alertWatch.run(AbortSignal.any([stopSignal, watched.signal]));
    try {
      await start(stopSignal);
      // Before any work: what the day has used already.
      await book.save();
      await part.hold(stopSignal, work);
      await (stopSignal.aborted ? closing : undefined);
    } finally {
      stopListening();
      await book.save();
      await client.close();
      watched.abort();
      await watching;
    }
  };

  const isStandby = () => part.standing?.isSubscriber === false && part.standing.hasSubscriber;
  const readiness = () =>
    assessReadiness({
      startup,
      isStarted,
      stream,
      isStoreHealthy: isStoreHealthy(),
      isStandby: isStandby(),
      isPaused: setup.settings.isPaused,
      gates: [salesforceGate, writeBackGate, onesignalGate].map(({ closedBy }) => closedBy),
      warnings: [
        ...Object.values(setup.warnings).flat(),
        ...[
          reconcile.tooSlow?.message,
          engagementGate.closedBy?.message,
          ...outboxes.map(({ warning }) => warning),
        ].filter((text) => text !== undefined),
      ],
      leftToBackfill: reconcile.leftToBackfill,
      underOtherMapping: mappingBacklog.count,
      budget: reportBudget({
        budget,
        deliveries: deliveries.deliveries,
        delivered: book.deliveries.total(now()),
        share,
      }),
    });

  const retry = async (filter: DeadLetterFilter) => {
    const retried = await store.retryDeadLetters(filter, now());
    // Others hear of it from the store.
    for (const wakeUp of [syncWakeUp, writeBackWakeUp]) wakeUp.wake();
    return retried;
  };

  return {
    run,
    engagement,
    readiness,
    view: {
      startedAt: now(),
      orgId: () => (isStarted ? session.orgId : undefined),
      readiness,
      stream: () => ({ state: isStandby() ? 'standby' : stream.state, lastAliveAt }),
      underOtherMapping: () => mappingBacklog.count,
      share,
      budget,
      used,
      history,
      store,
      session,
      reader,
      setup,
      retry,
    },
    alerts: () => alertWatch.alerts,
    async measure() {
      const counts = await store.counts();
      metrics.recordsDue.set(counts.due);
      metrics.deadLetters.set(counts.deadLetters);
      await storeSizes.measure();
      const org = usage();
      if (org !== undefined) metrics.salesforceRemaining.set(Math.max(0, org.limit - org.used));
      if (deliveries.deliveries !== undefined) metrics.deliveriesRemaining.set(deliveries.deliveries.left);
      if (budget.share !== undefined) metrics.apiShare.set(budget.share.allowed);
      metrics.apiUsed.set(book.apiCalls.total(now()));
      metrics.apiWaitsUntil.set((budget.spentUntil ?? 0) / 1_000);
    },
  };
}

function asCounts({ apiCalls, org, deliveries }: AllotmentsUsed): Allotments {
  return {
    apiUsed: apiCalls,
    orgApiUsed: org?.used ?? null,
    orgDelivered: deliveries === undefined ? null : deliveries.most - deliveries.left,
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function reconcileOnce(
  reconcile: Pick<Reconcile, 'run'>,
  setup: { refresh(): Promise<void> },
  gate: Gate,
  logger: Logger,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    // A pass may take long: other work need not wait for its end.
    await reconcile.run({ signal, onProgress: () => gate.answered() });
    gate.open();
    return true;
  } catch (error) {
    if (!isRelayError(error)) throw error;
    // One query too slow says nothing of the others, and trying it again at once would make it worse.
    const isSlow = error.code === 'RECONCILE_TOO_SLOW';
    if (isSlow || error.code === 'STORE_FAILED')
      logger.error(error.message, { code: error.code, next: error.nextStep });
    else gate.close(error);
    if (isSlow) return true;
    if (error.code === 'SALESFORCE_QUERY_REFUSED') await setup.refresh().catch(() => undefined);
    return false;
  }
}
