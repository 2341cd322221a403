import { ALERT_NAMES } from '../../relay/pipeline/alerts/alert-rules.ts';

/** Sections that stand for an alert: their headings are its name. */
export function runbookSections(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/^## `(\w+)`$/gm)].map(([, name = '']) => name));
}

/** Prometheus alone knows of this one: the relay can't tell that it is gone. */
const OF_THE_SCRAPE = 'relay_down';

/** Each alert has its section with something to do, and no section is about an alert that is gone. */
export function checkRunbook(text: string): string[] {
  const sections = runbookSections(text);
  const known = new Set<string>([...ALERT_NAMES, OF_THE_SCRAPE]);
  return [
    ...[...known].filter((name) => !sections.has(name)).map((name) => `there is no section for ${name}`),
    ...[...sections].filter((name) => !known.has(name)).map((name) => `the section ${name} is about no alert`),
    ...text
      .split(/^## /m)
      .slice(1)
      .filter((section) => section.startsWith('`') && !/^1\. /m.test(section))
      .map((section) => `the section ${section.split('\n', 1)[0]} says nothing to do`),
  ];
}
