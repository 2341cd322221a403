import type { OneSignalRule, RowRule } from '../../relay/pipeline/retries/retry-rule.ts';
import {
  DEFECT_RULE,
  FAULTS_IN_A_ROW,
  MOST_ATTEMPTS,
  MOST_ROW_TRIES,
  NETWORK_RULES,
  ONESIGNAL_RULES,
  ROW_RULES,
  SIDE_RULES,
  UNKNOWN_ONESIGNAL_RULE,
  UNKNOWN_ROW_RULE,
  UNKNOWN_SIDE_RULE,
} from '../../relay/pipeline/retries/retry-table.ts';
import { duration, table } from './markdown.ts';

type AnyRule = OneSignalRule | RowRule;

/** What follows each error: the table that the relay runs on. */
export function retrySection(): string[] {
  return [
    'A wait doubles from the first to the longest; half of it is certain and half is chance. Where `Retry-After` counts, a wait',
    'is never shorter than it asks.',
    '',
    '### OneSignal answers',
    '',
    ...rulesTable('answer', { ...ONESIGNAL_RULES, 'anything else': UNKNOWN_ONESIGNAL_RULE }),
    '',
    `After ${MOST_ATTEMPTS} tries that count the record is \`Failed ONESIGNAL_ERROR\`.`,
    '',
    '### OneSignal does not answer',
    '',
    ...rulesTable('fault', NETWORK_RULES),
    '',
    '### Salesforce does not take the status of a record',
    '',
    ...rulesTable('status code', { ...ROW_RULES, 'anything else': UNKNOWN_ROW_RULE }),
    '',
    `After ${MOST_ROW_TRIES} tries a status that is tried again counts as refused. Refused means: kept in failures as`,
    '`WRITE_BACK_REFUSED`, told once in the log and in `relay_outcomes_total`, and tried again slowly.',
    '',
    '### A side stands still',
    '',
    table(
      ['code', 'first question after', 'later at most every', 'may be one record', 'why'],
      Object.entries({ ...SIDE_RULES, 'anything else': UNKNOWN_SIDE_RULE }).map(([code, rule]) => [
        nameOf(code),
        duration(rule.waits.firstMs),
        duration(rule.waits.longestMs),
        rule.mayBeOneRow === true ? 'yes' : '',
        rule.why,
      ]),
    ),
    '',
    'Where one record may be why a whole write of statuses failed, writes get smaller until it stands alone; it is left aside',
    'while others are tried, and if those are taken, it gets the waits and tries of `UNKNOWN_EXCEPTION`.',
    '',
    'Each side has a breaker of its own: OneSignal; Salesforce; and, apart from it, the status writes to Salesforce, so that',
    'writes that are refused as a whole hold up no read and with it no tag. While a breaker is open one question is asked at a',
    'time, to OneSignal by a probe, to Salesforce by the next piece of work. It opens at once where a whole request is refused,',
    `and for faults of single records in OneSignal after ${FAULTS_IN_A_ROW} in a row without an answer in between: if they are of ${FAULTS_IN_A_ROW} records, or if the`,
    'probe fails too. Then the tries that they cost are given back; else the records are at fault and keep to their own waits.',
    '',
    '### The relay itself fails on a record',
    '',
    ...rulesTable('fault', { defect: DEFECT_RULE }),
    '',
    `After ${MOST_ATTEMPTS} tries the record is \`Failed RELAY_DEFECT\`.`,
  ];
}

function rulesTable(head: string, rules: Readonly<Record<string, AnyRule>>): string[] {
  const rows = grouped(rules).map(([names, rule]) => [
    names.map(nameOf).join(', '),
    consequence(rule),
    ...('waits' in rule ? [duration(rule.waits.firstMs), duration(rule.waits.longestMs)] : ['', '']),
    rule.follows === 'again' && rule.obeysRetryAfter ? 'yes' : '',
    rule.why,
  ]);
  return [table([head, 'what follows', 'first wait', 'longest wait', '`Retry-After`', 'why'], rows)];
}

/** Codes that share a rule share a line. */
function grouped(rules: Readonly<Record<string, AnyRule>>): [string[], AnyRule][] {
  const groups = Map.groupBy(Object.entries(rules), ([, rule]) => rule);
  return [...groups].map(([rule, entries]) => [entries.map(([name]) => name), rule]);
}

function consequence(rule: AnyRule): string {
  switch (rule.follows) {
    case 'done':
      return 'done';
    case 'verdict':
      return `\`Failed ${rule.reason}\``;
    case 'again':
      return rule.counts ? 'again, and the try counts' : 'again, and the try does not count';
    case 'side_stops':
      return `the side stands still: \`${rule.code}\``;
    case 'dropped':
      return 'dropped';
    case 'refused':
      return 'refused';
  }
}

function nameOf(code: string): string {
  return code.includes(' ') ? code : `\`${code}\``;
}
