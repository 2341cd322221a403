import { table } from '../../scripts/docs/markdown.ts';
import type { PlayedCase } from './play-case.ts';

const HEAD = ['case', 'what Salesforce did', 'calls, in order', 'OneSignal then', 'status on the record'];

/** The cases as the table of docs/identity.md. */
export function identityTable(cases: readonly PlayedCase[]): string {
  return table(
    HEAD,
    cases.map(({ title, did, calls, users, records }) => [
      `**${title}**`,
      did,
      calls.length === 0 ? 'none' : calls.map((call, index) => `${index + 1}. ${call}`).join('<br>'),
      users.join('<br>'),
      records.join('<br>'),
    ]),
  );
}
