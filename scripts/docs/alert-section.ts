import { ALERT_NAMES, ALERT_RULES } from '../../relay/pipeline/alerts/alert-rules.ts';
import { duration, table } from './markdown.ts';

/** Every alert of the relay, with how long its fault has to last and what to do first. */
export function alertSection(): string[] {
  const rows = ALERT_NAMES.map((name) => {
    const { holdMs, next } = ALERT_RULES[name];
    return [`[\`${name}\`](#${name})`, holdMs === 0 ? 'at once' : `after ${duration(holdMs)}`, next];
  });
  return [table(['alert', 'starts', 'what to do first'], rows)];
}
