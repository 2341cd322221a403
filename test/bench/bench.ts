/** What every bench is told. */
export interface BenchOptions {
  /** The figures that are published, instead of a short look. */
  isLong: boolean;
  /** Measured runs; the figures are of these. */
  runs: number;
  say(line: string): void;
}

/** What every bench ends with. */
export interface BenchResult {
  name: string;
  /** For the summary. */
  line: string;
  /** Everything that was measured. */
  figures: unknown;
  /** What is not as it must be, a sentence each. */
  problems: string[];
}
