import { accessSync, closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { RelayError } from '../config/relay-error.ts';
import { MIGRATIONS } from './sqlite-schema.ts';

/** A database that only this process uses: the lock is a file lock of the system's, so a killed process frees it. */
export interface OwnedDatabase {
  database: DatabaseSync;
  close(): void;
}

/** How long a transaction waits for a command beside the relay, ms. The event loop waits with it. */
const BUSY_MS = 100;
/** A command has time, and the relay commits many times a second. */
const BUSY_BESIDE_MS = 10_000;

/**
 * Opens the store in a folder, makes it if need be, and brings it up to this version's schema.
 * `synchronous=FULL`: a commit survives the loss of power (https://www.sqlite.org/pragma.html#pragma_synchronous).
 * @throws RelayError DATA_DIR_UNWRITABLE, STORE_BUSY, STORE_NEWER, STORE_FAILED
 */
export function openDatabase(dataDir: string): OwnedDatabase {
  assertWritable(dataDir);
  const lock = takeLock(dataDir);
  let database: DatabaseSync | undefined;
  try {
    database = openFile(dataDir, BUSY_MS);
    migrate(database, dataDir);
    learnToShrink(database);
    return ownedDatabase(database, lock);
  } catch (error) {
    database?.close();
    lock.close();
    if (error instanceof RelayError) throw error;
    throw new RelayError('STORE_FAILED', `The store in ${dataDir} can't be opened.`, { cause: error });
  }
}

/**
 * Opens the store of a folder on which a relay runs, without its lock.
 * @throws RelayError STORE_NEWER when the relay that runs is not of this version, STORE_FAILED
 */
export function openDatabaseBeside(dataDir: string): OwnedDatabase {
  let database: DatabaseSync | undefined;
  try {
    database = openFile(dataDir, BUSY_BESIDE_MS);
    if (versionOf(database) !== MIGRATIONS.length) {
      throw new RelayError('STORE_NEWER', `The relay that runs on ${dataDir} is not of this version.`);
    }
    const opened = database;
    return { database: opened, close: () => void (opened.isOpen && opened.close()) };
  } catch (error) {
    database?.close();
    if (error instanceof RelayError) throw error;
    throw new RelayError('STORE_FAILED', `The store in ${dataDir} can't be opened.`, { cause: error });
  }
}

/** 16 MB: pages that are written again and again, as those of busy records are, go from the log to the file but once. */
const PAGES_A_CHECKPOINT = 4_000;

function openFile(dataDir: string, timeout: number): DatabaseSync {
  const path = join(dataDir, 'relay.db');
  // An external id can be somebody's email. SQLite gives its other files the mode of this one.
  closeSync(openSync(path, 'a', 0o600));
  const database = new DatabaseSync(path, { timeout });
  try {
    // Only an empty file takes the first: https://www.sqlite.org/pragma.html#pragma_auto_vacuum
    database.exec(
      `PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;
       PRAGMA wal_autocheckpoint = ${PAGES_A_CHECKPOINT};`,
    );
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function ownedDatabase(database: DatabaseSync, lock: DatabaseSync): OwnedDatabase {
  return {
    database,
    close() {
      if (database.isOpen) database.close();
      if (lock.isOpen) lock.close();
    },
  };
}

function assertWritable(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new RelayError('DATA_DIR_UNWRITABLE', `The folder ${dataDir} can't be written to.`, { cause });
  }
}

function takeLock(dataDir: string): DatabaseSync {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(join(dataDir, 'relay.lock'));
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
    return lock;
  } catch (cause) {
    lock?.close();
    if (isBusy(cause)) throw new RelayError('STORE_BUSY', `Another relay runs on the folder ${dataDir}.`, { cause });
    throw new RelayError('DATA_DIR_UNWRITABLE', `The folder ${dataDir} can't be written to.`, { cause });
  }
}

/** SQLITE_BUSY is 5: https://www.sqlite.org/rescode.html#busy */
function isBusy(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === 5;
}

function migrate(database: DatabaseSync, dataDir: string): void {
  const version = versionOf(database);
  if (version > MIGRATIONS.length) {
    throw new RelayError(
      'STORE_NEWER',
      `The store in ${dataDir} was written by a newer relay (its version is ${version}, this relay knows ${MIGRATIONS.length}).`,
    );
  }
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index < version) continue;
    database.exec(`BEGIN IMMEDIATE; ${sql} PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}

/**
 * A file that was made without it is written anew, once. Where there is no room for that the store works all the same:
 * what is deleted in it is used again, only the file grows no smaller.
 */
function learnToShrink(database: DatabaseSync): void {
  if (database.prepare('PRAGMA auto_vacuum').get()?.auto_vacuum !== 0) return;
  try {
    database.exec('PRAGMA auto_vacuum = INCREMENTAL; VACUUM;');
  } catch {
    // The next start tries again.
  }
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}
