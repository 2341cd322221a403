import { Counter, type CounterConfiguration } from 'prom-client';

/** The part of a counter that is written by those who count, and read by those who tell. */
export type TalliedCounter<Label extends string> = Pick<Counter<Label>, 'get'> & {
  inc(labels: Readonly<Record<Label, string>>, count?: number): void;
};

/**
 * A counter of what happens a thousand times a second. prom-client looks at all labels each time it counts; it gets the
 * sums when somebody asks for them.
 */
export function createTalliedCounter<Label extends string>(
  config: Omit<CounterConfiguration<Label>, 'collect'> & { labelNames: readonly Label[] },
): TalliedCounter<Label> {
  const tally = new Map<string, { labels: Readonly<Record<Label, string>>; count: number }>();
  const counter = new Counter({
    ...config,
    collect() {
      for (const { labels, count } of tally.values()) this.inc(labels, count);
      tally.clear();
    },
  });
  return {
    inc(labels, count = 1) {
      let key = '';
      for (const name of config.labelNames) key += `${labels[name]}\n`;
      const counted = tally.get(key);
      if (counted === undefined) tally.set(key, { labels, count });
      else counted.count += count;
    },
    get: () => counter.get(),
  };
}
