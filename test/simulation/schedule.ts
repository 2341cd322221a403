import { seededRandom } from '../emulators/salesforce/org/ids.ts';

/** What goes wrong, and when. Times are ms from the start; shares are of requests or events, 0 to 1. */
export interface Schedule {
  seed: number;
  records: number;
  changes: Change[];
  crashes: Crash[];
  outages: Outage[];
  weather: Weather;
  /** From then on nothing goes wrong any more. */
  calmFrom: number;
  /** How long a request takes at most, ms. */
  longestAnswerMs: number;
}

export interface Change {
  at: number;
  /** Index of the record. */
  record: number;
  stage: string;
  /** Until the event is in the stream; undefined for one that is never published. */
  publishedAfterMs: number | undefined;
}

export interface Crash {
  at: number;
  /** The crash waits for this to have happened unanswered, or for nothing. */
  waitsFor: 'nothing' | 'onesignal_write' | 'status_write';
  /** Timers of the relay that still fire after that. */
  stepsLater: number;
  downMs: number;
  /** Salesforce has forgotten the cursor when the relay comes back. */
  losesReplay: boolean;
}

export interface Outage {
  side: 'salesforce' | 'salesforce_writes' | 'onesignal';
  from: number;
  to: number;
}

export interface Weather {
  /** OneSignal: 429. */
  limited: number;
  /** OneSignal: 503, surely not applied. */
  unavailable: number;
  /** OneSignal: no answer, or one that says nothing of whether it was applied. */
  lost: number;
  /** OneSignal: of the lost writes those that were not applied. */
  lostBefore: number;
  /** OneSignal: of the lost writes those that land later, up to `LATEST_LANDING_MS` after the relay gave up. */
  late: number;
  /** OneSignal: a PATCH soon after a create does not find the user. */
  notYetThere: number;
  /** Salesforce: a request fails before it did anything. */
  failing: number;
  /** Salesforce: a write is done and its answer is lost. */
  unanswered: number;
  /** Salesforce: a row is locked by somebody else. */
  locked: number;
  /** Salesforce: a delivery is repeated from some events before. */
  doubled: number;
}

const STAGES = ['New', 'Working', 'Qualified'];

/** The same seed gives the same schedule. */
export function scheduleOf(seed: number): Schedule {
  const random = seededRandom(`schedule ${seed}`);
  const upTo = (max: number) => Math.floor(random() * max);
  /** Half of the schedules are free of a fault, so that each also meets few others. */
  const share = (max: number) => (random() < 0.5 ? 0 : random() * max);
  const some = <T>(most: number, make: () => T) => Array.from({ length: upTo(most + 1) }, make);

  const records = 1 + upTo(5);
  const spanMs = 5_000 + upTo(random() < 0.5 ? 20_000 : 300_000);
  const weather: Weather = {
    limited: share(0.2),
    unavailable: share(0.2),
    lost: share(0.5),
    lostBefore: share(0.5),
    late: share(1),
    notYetThere: share(0.3),
    failing: share(0.2),
    unanswered: share(0.3),
    locked: share(0.2),
    doubled: share(0.3),
  };
  const [lostEvents, lateEvents] = [share(0.3), share(0.5)];
  const publishedAfterMs = () => {
    if (random() < lostEvents) return undefined;
    return random() < lateEvents ? upTo(60_000) : upTo(500);
  };
  const changes = Array.from({ length: records + upTo(12) }, () => ({
    at: upTo(spanMs),
    record: upTo(records),
    stage: STAGES[upTo(STAGES.length)] ?? 'New',
    publishedAfterMs: publishedAfterMs(),
  })).sort((a, b) => a.at - b.at);
  const crashes = some(3, () => ({
    at: upTo(spanMs + 30_000),
    waitsFor: (['nothing', 'onesignal_write', 'status_write'] as const)[upTo(3)] ?? 'nothing',
    stepsLater: upTo(6),
    downMs: random() < 0.5 ? upTo(2_000) : upTo(60_000),
    losesReplay: random() < 0.2,
  })).sort((a, b) => a.at - b.at);
  const outages = some(2, () => {
    const from = upTo(spanMs);
    const side = (['salesforce', 'salesforce_writes', 'onesignal'] as const)[upTo(3)] ?? 'onesignal';
    return { side, from, to: from + upTo(120_000) };
  });
  const lastTrouble = Math.max(spanMs, ...crashes.map(({ at }) => at), ...outages.map(({ to }) => to));
  const calmFrom = lastTrouble + upTo(60_000);
  return { seed, records, changes, crashes, outages, weather, calmFrom, longestAnswerMs: 20 + upTo(3_000) };
}
