/** How the results of a bulk query break off: with the connection, or as if they ended there. */
export type BulkCut = 'reset' | 'ended';

/** Which faults of bulk queries are switched on. */
export class BulkFaults {
  /** Looks at a job that find it in progress. */
  looksInProgress = 1;
  /** The most rows that a page has, whatever was asked for. */
  mostRowsAPage = Number.POSITIVE_INFINITY;
  /** Rows of a chunk: the chunks of a larger query come in another order than that of their ids. */
  rowsAChunk = 250_000;
  readonly #failures: { times: number; errorMessage: string }[] = [];
  readonly #cuts: { times: number; how: BulkCut }[] = [];

  fail(times: number, errorMessage: string): void {
    this.#failures.push({ times, errorMessage });
  }

  takeFailure(): string | undefined {
    return takeNext(this.#failures)?.errorMessage;
  }

  cut(times: number, how: BulkCut): void {
    this.#cuts.push({ times, how });
  }

  takeCut(): BulkCut | undefined {
    return takeNext(this.#cuts)?.how;
  }
}

/** The first that is left, which is then left once less. */
export function takeNext<Entry extends { times: number }>(queue: Entry[]): Entry | undefined {
  const first = queue[0];
  if (!first) return undefined;
  first.times -= 1;
  if (first.times <= 0) queue.shift();
  return first;
}
