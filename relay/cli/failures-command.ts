import Table from 'cli-table3';
import type { Environment } from '../config/environment.ts';
import { RelayError } from '../config/relay-error.ts';
import { REASONS, type ReasonCode } from '../mapping/outcome.ts';
import type { DeadLetter, DeadLetterFilter, Store } from '../store/store.ts';
import { openCommandStore } from './command-store.ts';
import type { Print } from './print.ts';

/** Dead letters that one question to the store asks for. */
const PAGE = 500;

export interface FailuresOptions {
  reason?: string | undefined;
  json?: boolean | undefined;
}

/** Lists records whose outcome is Failed or whose status Salesforce refuses, each with what to do next. */
export async function listFailures(environment: Environment, options: FailuresOptions, print: Print): Promise<void> {
  const filter = { reason: reasonOf(options.reason) };
  await withStore(environment, async (store) => {
    const found: DeadLetter[] = [];
    for (;;) {
      const page = await store.deadLetters({ ...filter, after: found.at(-1)?.recordId, limit: PAGE });
      found.push(...page);
      if (page.length < PAGE) break;
    }
    print(options.json === true ? JSON.stringify({ count: found.length, failures: found.map(shown) }) : asText(found));
  });
}

/** Syncs failed records again and writes refused statuses again, as soon as a relay runs. */
export async function retryFailures(
  environment: Environment,
  recordIds: readonly string[],
  options: FailuresOptions & { all?: boolean | undefined },
  print: Print,
): Promise<void> {
  const reason = reasonOf(options.reason);
  if (recordIds.length === 0 && reason === undefined && options.all !== true) {
    throw new RelayError('COMMAND_INVALID', 'Which failures to retry is not said: name record ids, --reason or --all.');
  }
  const filter: DeadLetterFilter = { reason, recordIds: recordIds.length === 0 ? undefined : recordIds };
  await withStore(environment, async (store) => {
    const retried = await store.retryDeadLetters(filter, store.now());
    const notFound = recordIds.length === 0 ? 0 : new Set(recordIds).size - retried;
    if (options.json === true) print(JSON.stringify({ retried, notFound }));
    else print(`${retried} to be tried again${notFound > 0 ? `; ${notFound} of those named are no failures` : ''}.`);
  });
}

async function withStore(environment: Environment, work: (store: Store) => Promise<void>): Promise<void> {
  const { store } = await openCommandStore(environment);
  try {
    await work(store);
  } finally {
    await store.close();
  }
}

function reasonOf(text: string | undefined): ReasonCode | undefined {
  if (text === undefined || isFailure(text)) return text;
  const known = Object.keys(REASONS).filter(isFailure).join(', ');
  throw new RelayError('COMMAND_INVALID', `${text} is no reason of a failure. Known are: ${known}.`);
}

function isFailure(text: string): text is ReasonCode {
  return Object.hasOwn(REASONS, text) && REASONS[text as ReasonCode].status === 'Failed';
}

function shown({ decidedAt, ...letter }: DeadLetter) {
  return { ...letter, decidedAt: new Date(decidedAt).toISOString(), next: REASONS[letter.reason].nextStep };
}

function asText(found: readonly DeadLetter[]): string {
  if (found.length === 0) return 'No failures.';
  const table = new Table({
    head: ['record', 'object', 'reason', 'since', 'what happened, what to do next'],
    colWidths: [20, 9, 22, 22, 70],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const { recordId, object, reason, decidedAt, detail, writeBackError } of found) {
    const why =
      writeBackError === null ? detail : `Salesforce said ${writeBackError}. ${REASONS.WRITE_BACK_REFUSED.nextStep}`;
    table.push([recordId, object, reason, new Date(decidedAt).toISOString().slice(0, 19), why]);
  }
  const byReason = Map.groupBy(found, ({ reason }) => reason);
  const counts = [...byReason].map(([reason, letters]) => `${letters.length} ${reason}`).join(', ');
  return `${table.toString()}\n${found.length} ${found.length === 1 ? 'failure' : 'failures'}: ${counts}.`;
}
