import type { DatabaseSync } from 'node:sqlite';
import { preparing } from './sqlite-statement.ts';
import type { JournalEntry } from './store.ts';
import { journalEntry, wholeMs } from './stored-rows.ts';

/** What happened to records. Each method is a part of a transaction. */
export interface Journal {
  add(entries: readonly JournalEntry[]): void;
  /** Only of records that have entries. */
  addToKnown(entries: readonly JournalEntry[]): void;
  of(recordId: string, limit: number): Omit<JournalEntry, 'recordId'>[];
  trim(trim: { limit: number; most: number; forgetBefore: number }): number;
  erase(recordId: string): void;
}

export function prepareJournal(database: DatabaseSync): Journal {
  const prepare = preparing(database);
  const add = prepare('INSERT INTO journal (record_id, at, entry) VALUES (?, ?, ?)');
  const isKnown = prepare('SELECT 1 FROM journal WHERE record_id = ? LIMIT 1');
  const of = prepare('SELECT at, entry FROM journal WHERE record_id = ? ORDER BY id DESC LIMIT ?');
  const trim = prepare(
    `DELETE FROM journal WHERE id IN (SELECT id FROM journal ORDER BY id LIMIT ?)
       AND (id <= (SELECT max(id) FROM journal) - ? OR at < ?)`,
  );
  const erase = prepare('DELETE FROM journal WHERE record_id = ?');
  const addOne = ({ recordId, at, entry }: JournalEntry) => add.run(recordId, wholeMs(at), entry);

  return {
    add(entries) {
      for (const entry of entries) addOne(entry);
    },
    addToKnown(entries) {
      for (const entry of entries) if (isKnown.get(entry.recordId) !== undefined) addOne(entry);
    },
    of: (recordId, limit) => of.all(recordId, limit).map(journalEntry),
    trim: ({ limit, most, forgetBefore }) => Number(trim.run(limit, most, wholeMs(forgetBefore)).changes),
    erase: (recordId) => void erase.run(recordId),
  };
}
