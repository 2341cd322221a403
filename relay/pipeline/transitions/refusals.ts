import type { CallOptions, OneSignalClient } from '../../onesignal/onesignal-contract.ts';
import type { OneSignalOutcome } from '../../onesignal/onesignal-outcome.ts';
import type { Gate } from '../gate.ts';
import { ruleOfOutcome } from '../retries/retry-table.ts';
import type { Told } from './outbox.ts';

/** Status of an answer that wants to be paid: https://www.rfc-editor.org/rfc/rfc9110#status.402 */
const PAYMENT_REQUIRED = 402;

/** What a request that OneSignal did not take means for what it was to tell. */
export async function fateOfRefused(
  outcome: OneSignalOutcome,
  { client, gate }: { client: OneSignalClient; gate: Gate },
  options: CallOptions,
): Promise<Told['fate']> {
  const { kind } = outcome;
  const mayBePlan = kind === 'forbidden' || (kind === 'invalid' && outcome.status === PAYMENT_REQUIRED);
  if (mayBePlan) {
    // A key that works for everything else says that it is the plan.
    const probe = await client.probe(options);
    return probe.kind === 'accepted' ? 'not_in_plan' : { retryAfterMs: 0 };
  }
  const rule = ruleOfOutcome(outcome);
  if (rule.follows === 'verdict') return 'refused';
  if (rule.follows === 'side_stops') gate.suspect();
  return { retryAfterMs: 'retryAfterMs' in outcome ? (outcome.retryAfterMs ?? 0) : 0 };
}
