import type { Waits } from '../../config/backoff.ts';
import type { ErrorCode } from '../../config/error-codes.ts';
import type { ReasonCode } from '../../mapping/outcome.ts';

export type OneSignalSideCode = Extract<ErrorCode, `ONESIGNAL_${string}`>;
export type SalesforceSideCode = Extract<ErrorCode, `SALESFORCE_${string}`>;
/** Errors that say that a whole side refuses its work, or does not answer. */
export type SideCode = OneSignalSideCode | SalesforceSideCode;

/**
 * Whether a fault of one record may be the side's. `at_once`: the first one is enough to ask the side. `in_a_row`: only
 * so many without an answer in between are. The code is what then shows in `/readyz`.
 */
export type Suspicion = { readonly of: OneSignalSideCode; readonly after: 'at_once' | 'in_a_row' } | undefined;

/** What follows an answer of OneSignal, or the lack of one. */
export type OneSignalRule = Explained & (Done | Verdict | AgainRule | SideStops<OneSignalSideCode>);

/** What follows when Salesforce does not take the status of one record. */
export type RowRule = Explained & (AgainRule | SideStops<SalesforceSideCode> | Dropped | Refused);

/** A sentence for the table in the docs. */
interface Explained {
  readonly why: string;
}

interface Done {
  readonly follows: 'done';
}

/** The record gets its outcome: trying again can't help. */
interface Verdict {
  readonly follows: 'verdict';
  readonly reason: ReasonCode;
}

/** The side refuses all work: it stands still until the side takes work again, and no record loses a try. */
interface SideStops<Code> {
  readonly follows: 'side_stops';
  readonly code: Code;
}

/** There is nothing to write to any more. */
interface Dropped {
  readonly follows: 'dropped';
}

/** A person has to change something first: kept in failures as WRITE_BACK_REFUSED and tried again slowly. */
interface Refused {
  readonly follows: 'refused';
  readonly waits: Waits;
}

export interface AgainRule {
  readonly follows: 'again';
  /** Whether the try counts: a record has so many before it is a dead letter. */
  readonly counts: boolean;
  readonly waits: Waits;
  readonly obeysRetryAfter: boolean;
  readonly suspicion: Suspicion;
}
