import type { AlertName } from './alert-rules.ts';

/** What a person is to be told of one alert. */
export type AlertNews =
  | { kind: 'started'; name: AlertName; since: number; what: string; next: string }
  | { kind: 'ended'; name: AlertName; since: number; endedAt: number };

/** Which relay tells: neither id is personal. */
export interface Teller {
  appId: string;
  orgId: string | undefined;
}

/**
 * One message for all that is new, as an incoming webhook of Slack takes it.
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */
export function slackMessage(news: readonly AlertNews[], { appId, orgId }: Teller): { text: string } {
  const places = [orgId === undefined ? [] : [`org ${orgId}`], [`OneSignal app ${appId}`]].flat();
  return { text: [`*OneSignal for Salesforce* (${places.join(', ')})`, ...news.map(line)].map(escaped).join('\n') };
}

function line(news: AlertNews): string {
  if (news.kind === 'ended') {
    const minutes = Math.max(1, Math.round((news.endedAt - news.since) / 60_000));
    return `:white_check_mark: *${news.name}* is over, after ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`;
  }
  const since = new Date(news.since).toISOString().slice(0, 16).replace('T', ' ');
  return `:rotating_light: *${news.name}* since ${since} UTC: ${news.what} Next: ${news.next} (docs/runbook.md#${news.name})`;
}

/** Three characters mean something to Slack: https://docs.slack.dev/messaging/formatting-message-text#escaping */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
