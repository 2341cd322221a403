import { DUE_REASONS, type DueReason } from './due-reason.ts';

/** How far a pass of reconcile is. Times are SystemModstamps, ms since 1970 on Salesforce's clock. */
export interface ReconcileProgress {
  from: number;
  /** Everything before this is read. */
  readUpTo: number;
  /** Where it ends, and a little beyond: what is newer is read too. */
  until: number;
  /** Records read, in finished windows and in the one under way. */
  read: number;
  /** Records that are due because of this pass; in a dry run, that would be. */
  due: number;
  dueBy: Readonly<Record<DueReason, number>>;
}

export interface ReconcileRun {
  /** Called after each page and each window. */
  onProgress?: (progress: ReconcileProgress) => void;
  /** Reads and counts; makes nothing due and leaves the mark. */
  isDryRun?: boolean;
  /** Ends the pass before its next page. */
  signal?: AbortSignal;
}

export interface ReconcileResult extends ReconcileProgress {
  /** False when it was stopped: the next pass begins at the last window that was not finished. */
  isComplete: boolean;
}

/** Counts what a pass reads and makes due. A window that is begun anew is not counted twice. */
export class ReconcileTally {
  readonly #span: { from: number; until: number };
  readonly #isDryRun: boolean;
  #readUpTo: number;
  #finished = counts();
  #open = counts();

  constructor(span: { from: number; until: number }, isDryRun: boolean) {
    this.#span = span;
    this.#isDryRun = isDryRun;
    this.#readUpTo = span.from;
  }

  /** A window begins. What an abandoned one made due stays due and is not found again; all else in it is. */
  begin(): void {
    if (!this.#isDryRun) this.#finished = sum(this.#finished, { ...this.#open, read: 0 });
    this.#open = counts();
  }

  add(read: number, reasons: readonly DueReason[]): void {
    this.#open.read += read;
    for (const reason of reasons) this.#open.dueBy[reason] += 1;
  }

  /** The window is read up to this stamp. */
  end(readUpTo: number): void {
    this.#finished = sum(this.#finished, this.#open);
    this.#open = counts();
    this.#readUpTo = readUpTo;
  }

  get progress(): ReconcileProgress {
    const { read, dueBy } = sum(this.#finished, this.#open);
    const due = DUE_REASONS.reduce((total, reason) => total + dueBy[reason], 0);
    return { ...this.#span, readUpTo: this.#readUpTo, read, due, dueBy };
  }
}

interface Counts {
  read: number;
  dueBy: Record<DueReason, number>;
}

function counts(): Counts {
  return sum();
}

function sum(...parts: readonly Counts[]): Counts {
  const dueBy = Object.fromEntries(
    DUE_REASONS.map((reason) => [reason, parts.reduce((total, part) => total + part.dueBy[reason], 0)]),
  ) as Record<DueReason, number>;
  return { read: parts.reduce((total, { read }) => total + read, 0), dueBy };
}
