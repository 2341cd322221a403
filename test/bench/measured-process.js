// A program as its host runs it, which tells whoever started it what its process costs. Not in TypeScript: what Node needs
// to read that would be in the process too, and weighs more than the relay's own code.
import { readFileSync } from 'node:fs';

const SAMPLE_MS = 250;

function tell() {
  const { user, system } = process.cpuUsage();
  const { rss, heapTotal, external } = process.memoryUsage();
  process.send?.({ rss, heap: heapTotal, external, cpu: user + system, written: written() });
}

/** https://man7.org/linux/man-pages/man5/proc_pid_io.5.html */
function written() {
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
