import { join } from 'node:path';

/**
 * A command of the relay as its host runs it, which tells whoever started it what its process costs: memory, and the time
 * of its processor.
 */
export interface Sample {
  /** Bytes. */
  rss: number;
  heap: number;
  external: number;
  /** Microseconds of processor time since the start. */
  cpu: number;
}

const SAMPLE_MS = 250;

const sampling = setInterval(() => {
  const { user, system } = process.cpuUsage();
  const m = process.memoryUsage();
  process.send?.({ rss: m.rss, heap: m.heapTotal, external: m.external, cpu: user + system } satisfies Sample);
}, SAMPLE_MS);
sampling.unref();
process.channel?.unref();

// As it is installed: compiled, without what the development needs.
await import(join(import.meta.dirname, '../../dist/relay/cli/main.js'));
