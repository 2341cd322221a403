import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { RelayError } from '../config/relay-error.ts';

/** How work on the store is done. Async by contract: the engine is synchronous, and an error becomes a rejection. */
export interface Transactions {
  /** Everything or nothing. */
  writing<T>(work: () => T): Promise<T>;
  /** Several looks at one state of the store, which wait for nobody who writes: https://www.sqlite.org/isolation.html */
  reading<T>(work: () => T): Promise<T>;
  /** One statement, which sees one state by itself. */
  asking<T>(work: () => T): Promise<T>;
}

/** Each rejects with the RelayError of the work, or with STORE_FAILED. */
export function createTransactions(database: DatabaseSync): Transactions {
  const commit = database.prepare('COMMIT');
  const within =
    (begin: StatementSync) =>
    async <T>(work: () => T): Promise<T> => {
      try {
        begin.run();
        const value = work();
        commit.run();
        return value;
      } catch (error) {
        if (database.isOpen && database.isTransaction) database.exec('ROLLBACK');
        throw failureOf(error);
      }
    };
  return {
    writing: within(database.prepare('BEGIN IMMEDIATE')),
    reading: within(database.prepare('BEGIN DEFERRED')),
    asking: async (work) => {
      try {
        return work();
      } catch (error) {
        throw failureOf(error);
      }
    },
  };
}

function failureOf(error: unknown): RelayError {
  return error instanceof RelayError
    ? error
    : new RelayError('STORE_FAILED', 'The store can’t do its work.', { cause: error });
}
