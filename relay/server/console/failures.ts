import { REASONS, type ReasonCode } from '../../mapping/outcome.ts';
import type { RelayView } from '../../pipeline/relay-view.ts';
import type { DeadLetter } from '../../store/store.ts';
import { invalid } from './api-errors.ts';
import type { FailedRecord, Failures, RetryAnswer, RetryRequest } from './contract.ts';
import { recordIdOf } from './record-ids.ts';

const PAGE = 100;

export async function failures(
  { store }: Pick<RelayView, 'store'>,
  { reason, after }: { reason?: string | undefined; after?: string | undefined },
): Promise<Failures> {
  const groups = await store.countDeadLetters();
  const letters = await store.deadLetters({ reason: reasonOf(reason), after, limit: PAGE });
  return {
    groups: groups.map(({ reason: code, count }) => {
      const { meaning, nextStep } = REASONS[code];
      return { reason: code, count, meaning, next: nextStep };
    }),
    records: letters.map(failedRecord),
    after: letters.length < PAGE ? null : (letters.at(-1)?.recordId ?? null),
  };
}

/** Those named, else all of the reason, else all. */
export async function retry(
  view: Pick<RelayView, 'retry'>,
  { recordIds, reason }: { [Name in keyof RetryRequest]: RetryRequest[Name] | undefined },
): Promise<RetryAnswer> {
  const ids = recordIds?.map((id) => recordIdOf(id) ?? id);
  return { retried: await view.retry({ recordIds: ids, reason: reasonOf(reason) }) };
}

function failedRecord({
  recordId,
  object,
  reason,
  detail,
  stage,
  writeBackError,
  decidedAt,
}: DeadLetter): FailedRecord {
  const why =
    writeBackError === null ? detail : `Salesforce said ${writeBackError}. ${REASONS.WRITE_BACK_REFUSED.nextStep}`;
  return { recordId, object, reason, detail: why, stage, decidedAt };
}

function reasonOf(text: string | undefined): ReasonCode | undefined {
  if (text === undefined || isFailure(text)) return text;
  throw invalid('There is no such reason of a failure.');
}

function isFailure(text: string): text is ReasonCode {
  return Object.hasOwn(REASONS, text) && REASONS[text as ReasonCode].status === 'Failed';
}
