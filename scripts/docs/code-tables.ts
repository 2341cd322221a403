import { ERROR_CODES } from '../../relay/config/error-codes.ts';
import { REASONS } from '../../relay/mapping/outcome.ts';
import { page, table } from './markdown.ts';

/** Every status and reason that can stand on a record. */
export function statusCodesPage(): string {
  const rows = Object.entries(REASONS).map(([code, { status, meaning, nextStep }]) => [
    status,
    `\`${code}\``,
    meaning,
    nextStep,
  ]);
  return page('Status and reason codes', [
    'On each lead and contact, **OneSignal Sync Status** says Synced, Skipped or Failed, **OneSignal Sync Reason** holds one of',
    'these codes, and **OneSignal Sync Detail** says it in a sentence with the next step. A record whose state has no verdict',
    'yet shows `Pending` in **OneSignal Sync State**, and one that was never looked at shows `Not synced`.',
    '',
    table(['status', 'reason', 'what it means', 'what to do next'], rows),
    '',
    'Two of them never stand on a record, because there is nothing to write to: `RECORD_DELETED`, `NOT_VISIBLE`.',
    '`WRITE_BACK_REFUSED` stands in the relay’s own list of failures and in its log, since the record could not be written to.',
    'An email, a name or a tag’s value is never part of a detail; record ids and field names are.',
  ]);
}

/** Every error that can stop a command or a side of the relay. */
export function errorCodesPage(): string {
  const rows = Object.entries(ERROR_CODES).map(([code, nextStep]) => [`\`${code}\``, nextStep]);
  return page('Error codes', [
    'These appear on the terminal, in the log (`code`) and in the reasons of `/readyz`. A wrong environment ends `run` with exit',
    'code 2, another error at the start with 1. A side that does not answer, or refuses the key, does not end the relay: it says',
    'so in `/readyz`, tries again with growing waits, and goes on by itself.',
    '',
    table(['code', 'what to do next'], rows),
    '',
    '`/readyz` knows four more reasons: `STARTING`, `STREAM_NOT_SUBSCRIBED`, `PAUSED` and `STORE_FAILED`, each with its next step.',
  ]);
}
