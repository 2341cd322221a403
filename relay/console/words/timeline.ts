import type { TimelineEntry } from '../../server/console/contract.ts';
import type { Tone } from './health.ts';
import { stateWords } from './states.ts';

/** The head of an entry in a record’s story. */
export interface EntryWords {
  tone: Tone;
  title: string;
}

/** Why a record became due: the event’s change type, or what else found it. */
const CAUSES: Readonly<Record<string, string>> = {
  event: 'Changed in Salesforce',
  Created: 'Created in Salesforce',
  StageChanged: 'Moved to another stage',
  DetailsChanged: 'Details changed in Salesforce',
  Converted: 'Lead converted',
  Deleted: 'Deleted in Salesforce',
  ResyncRequested: 'Resync asked for in Salesforce',
  unanswered: 'Found by reconcile: a sync was asked for and had no answer',
  stage: 'Found by reconcile: the stage is another',
  inputs: 'Found by reconcile: its values are others',
  deleted: 'Found by reconcile: it was deleted',
  backfill: 'Taken by a backfill',
  retry: 'Retry asked for',
  unfinished: 'Not finished when another record’s sync was interrupted',
};

/** By the two halves of an engagement's event, as in `push.clicked`. */
const CHANNELS: Readonly<Record<string, string>> = {
  push: 'push message',
  email: 'email',
  sms: 'text message',
  iam: 'in-app message',
};
const ENGAGEMENTS: Readonly<Record<string, (message: string) => [title: string, tone: Tone]>> = {
  sent: (message) => [`OneSignal sent ${withArticle(message)}`, 'idle'],
  received: (message) => [`Received ${withArticle(message)}`, 'idle'],
  opened: (message) => [`Opened ${withArticle(message)}`, 'good'],
  clicked: (message) => [`Clicked ${withArticle(message)}`, 'good'],
  unsubscribed: (message) => [`Unsubscribed from ${message}s`, 'warn'],
  reported_as_spam: (message) => [`Reported ${withArticle(message)} as spam`, 'warn'],
  bounced: (message) => [`The address refused ${withArticle(message)}`, 'warn'],
};

const withArticle = (message: string) => `${/^[aeiou]/.test(message) ? 'an' : 'a'} ${message}`;

/** Pure. */
export function entryWords(entry: TimelineEntry): EntryWords {
  switch (entry.kind) {
    case 'due':
      return { tone: 'busy', title: CAUSES[entry.cause] ?? sentenceOf(entry.cause) };
    case 'plan':
      return { tone: 'idle', title: isEmpty(entry) ? 'Planned: no tag differs' : 'Planned what OneSignal should hold' };
    case 'call':
      return { tone: 'idle', title: `Asked OneSignal: ${entry.call}` };
    case 'verdict':
      return { tone: stateWords(entry.status).tone, title: `Verdict: ${entry.status}` };
    case 'write_back':
      return entry.answer === 'written'
        ? { tone: 'good', title: 'Status written to the record' }
        : { tone: 'warn', title: 'Salesforce did not take the status' };
    case 'engagement':
      return engagementWords(entry.event);
  }
}

function engagementWords(event: string): EntryWords {
  const [channel = '', what = ''] = event.split('.');
  const said = ENGAGEMENTS[what]?.(CHANNELS[channel] ?? 'message');
  if (said === undefined) return { tone: 'idle', title: sentenceOf(event) };
  const [title, tone] = said;
  return { tone, title };
}

function isEmpty({ added, changed, removed }: TimelineEntry & { kind: 'plan' }): boolean {
  return Object.keys(added).length === 0 && changed.length === 0 && removed.length === 0;
}

/** `mapping_changed` as a person writes it. */
function sentenceOf(code: string): string {
  const words = code.replaceAll(/[._]/g, ' ').trim();
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
