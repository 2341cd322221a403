/** A claim that did not hold. */
export interface Finding {
  /** The item that shows it again; undefined for a claim about all of them together. */
  seed: number | undefined;
  kind: string;
  what: string;
}

/** How many inputs there were, by kind and by what came of them. */
export type Tally = Record<string, Record<string, number>>;

export interface PlayedFuzz {
  inputs: number;
  tally: Tally;
  findings: Finding[];
}

export function note(tally: Tally, kind: string, result: string, by = 1): void {
  tally[kind] ??= {};
  const results = tally[kind];
  results[result] = (results[result] ?? 0) + by;
}

export function together(parts: readonly PlayedFuzz[]): PlayedFuzz {
  const sum: PlayedFuzz = { inputs: 0, tally: {}, findings: [] };
  for (const { inputs, tally, findings } of parts) {
    sum.inputs += inputs;
    sum.findings.push(...findings);
    for (const [kind, results] of Object.entries(tally))
      for (const [result, count] of Object.entries(results)) note(sum.tally, kind, result, count);
  }
  return sum;
}
