/** What became of one row of a write to Salesforce. */
export type WriteBackResult =
  | { kind: 'written'; recordId: string; version: number }
  | { kind: 'again'; recordId: string; version: number; notBefore: number }
  /** There is nothing to write to any more. */
  | { kind: 'dropped'; recordId: string; version: number }
  /** Salesforce refuses the write: kept in failures as WRITE_BACK_REFUSED, tried again at `notBefore`. */
  | { kind: 'refused'; recordId: string; version: number; statusCode: string; notBefore: number };
