import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SourceOf, sourcesOfBuiltCode } from './built-modules.ts';
import { rounded } from './spread.ts';

interface CallFrame {
  functionName: string;
  url: string;
  /** From 0. */
  lineNumber: number;
}

/** As far as it is read here: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
interface CpuProfile {
  nodes: { id: number; callFrame: CallFrame; children?: number[] }[];
  samples: number[];
  /** Microseconds. */
  timeDeltas: number[];
}

/** What a process had its main thread for. */
export interface Shares {
  /** Seconds in which the thread was not idle. */
  busyS: number;
  /** Of these, by whose code was running, the largest first. */
  parts: Record<string, number>;
}

/** Of each process that left a profile in the folder, by the profile's name. */
export function sharesIn(folder: string): Record<string, Shares> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
  const sourceOf = sourcesOfBuiltCode();
  const shares = files
    .toSorted()
    .map((name) => [
      name.replace(/^\d+-|\.cpuprofile$/g, ''),
      sharesOf(JSON.parse(readFileSync(join(folder, name), 'utf8')), sourceOf),
    ]);
  return Object.fromEntries(shares);
}

export function sharesOf({ nodes, samples, timeDeltas }: CpuProfile, sourceOf: SourceOf): Shares {
  const parts = partsOf(nodes, sourceOf);
  const spent = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const part = parts.get(id) ?? 'unknown';
    spent.set(part, (spent.get(part) ?? 0) + (timeDeltas[index] ?? 0));
  }
  spent.delete(IDLE);
  const busy = Math.max(
    1,
    [...spent.values()].reduce((total, time) => total + time, 0),
  );
  const sorted = [...spent].toSorted(([, a], [, b]) => b - a).map(([part, time]) => [part, rounded(time / busy, 3)]);
  return { busyS: rounded(busy / 1_000_000, 1), parts: Object.fromEntries(sorted) };
}

const IDLE = '(idle)';

/** Whose code each node is of. What has no file is Node's or V8's own, and counts for whoever called it. */
function partsOf(nodes: CpuProfile['nodes'], sourceOf: SourceOf): Map<number, string> {
  const callers = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parts = new Map<number, string>();
  const owner = ({ url, lineNumber }: CallFrame) => ownerOf(sourceOf(url, lineNumber));
  for (const { id, callFrame } of nodes) {
    if (callFrame.url !== '') parts.set(id, owner(callFrame));
    else if (callFrame.functionName.startsWith('(')) parts.set(id, callFrame.functionName);
    else {
      let caller = callers.get(id);
      while (caller !== undefined && byId.get(caller)?.callFrame.url === '') caller = callers.get(caller);
      const of = caller === undefined ? undefined : byId.get(caller)?.callFrame;
      parts.set(id, of === undefined ? 'built-in functions' : `built-in functions, called by ${owner(of)}`);
    }
  }
  return parts;
}

function ownerOf(source: string): string {
  const library = /(?:^|\/)node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)\/(?!(?:.*\/)?node_modules\/)/.exec(source)?.groups
    ?.name;
  if (library !== undefined) return library;
  if (source.startsWith('node:')) return 'Node';
  if (source.startsWith('wasm:')) return 'WebAssembly';
  if (source.startsWith('relay/store/')) return 'relay/store';
  return source.startsWith('relay') ? 'relay' : 'emulator';
}
