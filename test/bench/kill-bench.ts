import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchOptions, BenchResult } from './bench.ts';
import type { Emulators, OutOfStep } from './emulators.ts';
import { startCommand, startScript } from './measured-start.ts';
import { openRelay, openScript, type Subject } from './subject.ts';

const PER_SECOND = 200;
const DOWN_MS = 2_000;
const LONGEST_START_MS = 10_000;
/** What has not come into step while nothing else did for so long is lost. */
const PATIENCE_MS = 5_000;
const LOOK_MS = 100;

/** What each loses when it is killed half-way, and started again. */
export async function benchKill({ isLong, say }: BenchOptions): Promise<BenchResult> {
  const leads = isLong ? 4_000 : 1_000;
  say(`Kill: half-way through ${leads} changes.`);
  const lost: Record<string, OutOfStep> = {};
  for (const open of [openRelay, openScript]) {
    const subject = await open({ leads });
    lost[subject.name] = await killHalfWay(subject, leads);
    say(`${subject.name}: ${lostText(lost[subject.name])}`);
  }
  const { relay = { inOneSignal: 0, onRecord: 0 } } = lost;
  const problems = relay.inOneSignal + relay.onRecord > 0 ? [`kill: the relay lost ${lostText(relay)}`] : [];
  const line = `killed half-way, the relay loses ${lostText(relay)}, the script ${lostText(lost.script)}`;
  return { name: 'kill', line, figures: lost, problems };
}

async function killHalfWay(subject: Subject, changes: number): Promise<OutOfStep> {
  const { emulators, folder, name, processes } = subject;
  const [first] = processes;
  await emulators.move(changes, PER_SECOND);
  for (let made = 0; made < changes / 2; made += (await emulators.happened()).moved.length) await sleep(20);
  first?.kill('SIGKILL');
  await first?.ended;
  await sleep(DOWN_MS);
  const second =
    name === 'relay'
      ? startCommand(['run'], emulators.environment, folder)
      : startScript(emulators.environment, folder);
  try {
    // A script that was killed while it wrote its place down may never listen again: that is what it loses.
    await Promise.race([second.ready, sleep(LONGEST_START_MS)]);
    return await whenSettled(emulators);
  } finally {
    second.kill('SIGTERM');
    await subject.close();
  }
}

/** The last of the changes are still being made at first; and some from before the kill may be through after all others. */
async function whenSettled(emulators: Emulators): Promise<OutOfStep> {
  let before: OutOfStep | undefined;
  let newsAt = Date.now();
  for (;;) {
    const { isIdle } = await emulators.happened();
    const now = await emulators.outOfStep();
    if (isIdle && now.inOneSignal + now.onRecord === 0) return now;
    const isNews = !isIdle || now.inOneSignal !== before?.inOneSignal || now.onRecord !== before.onRecord;
    if (isNews) newsAt = Date.now();
    else if (Date.now() - newsAt > PATIENCE_MS) return now;
    before = now;
    await sleep(LOOK_MS);
  }
}

function lostText(lost: OutOfStep | undefined): string {
  return `${lost?.inOneSignal ?? 0} in OneSignal and ${lost?.onRecord ?? 0} on records`;
}
