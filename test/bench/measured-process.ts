import { readFileSync } from 'node:fs';

/** A program as its host runs it, which tells whoever started it what its process costs. */
export interface Sample {
  /** Bytes. */
  rss: number;
  heap: number;
  external: number;
  /** Microseconds of processor time since the start. */
  cpu: number;
  /** Bytes given to the disk since the start; 0 where the system does not count them. */
  written: number;
}

const SAMPLE_MS = 250;

function tell(): void {
  const { user, system } = process.cpuUsage();
  const { rss, heapTotal, external } = process.memoryUsage();
  process.send?.({ rss, heap: heapTotal, external, cpu: user + system, written: written() } satisfies Sample);
}

/** https://man7.org/linux/man-pages/man5/proc_pid_io.5.html */
function written(): number {
  try {
    return Number(/^write_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

setInterval(tell, SAMPLE_MS).unref();
// Asked, it tells at once.
process.on('message', tell);
process.channel?.unref();

const [program = ''] = process.argv.splice(2, 1);
await import(program);
