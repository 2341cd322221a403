import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';

/** "File size under 150 MB": https://documentation.onesignal.com/docs/en/import */
const MOST_BYTES = 150_000_000;
/** Characters that are written at once. */
const CHUNK = 65_536;
/** They hold personal data: for who runs the command alone. */
const MODE = 0o600;

export interface CsvFile {
  name: string;
  rows: number;
  bytes: number;
}

/** Rows in as many files as it takes, each with the header. UTF-8 without a mark, RFC 4180, lines end with a line feed. */
export class CsvFiles {
  readonly #folder: string;
  readonly #header: string;
  readonly #mostBytes: number;
  readonly #files: CsvFile[] = [];
  #handle: FileHandle | undefined;
  #pending = '';

  /** @param mostBytes that a file may have; it has at least one row. */
  constructor(folder: string, header: readonly string[], mostBytes = MOST_BYTES - 1) {
    this.#folder = folder;
    this.#header = lineOf(header);
    this.#mostBytes = mostBytes;
  }

  get files(): readonly CsvFile[] {
    return this.#files;
  }

  async write(row: readonly string[]): Promise<void> {
    const line = lineOf(row);
    const bytes = Buffer.byteLength(line);
    const current = this.#files.at(-1);
    const hasRoom = current !== undefined && current.bytes + bytes <= this.#mostBytes;
    const file = hasRoom ? current : await this.#next();
    file.rows += 1;
    file.bytes += bytes;
    this.#pending += line;
    if (this.#pending.length > CHUNK) await this.#flush();
  }

  async close(): Promise<void> {
    await this.#flush();
    await this.#handle?.close();
    this.#handle = undefined;
  }

  /** Of an export that came to nothing: half of it might be imported. */
  async remove(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
    for (const { name } of this.#files) await rm(join(this.#folder, name), { force: true });
  }

  async #next(): Promise<CsvFile> {
    await this.close();
    const name = `onesignal-${this.#files.length + 1}.csv`;
    this.#handle = await open(join(this.#folder, name), 'wx', MODE);
    this.#pending = this.#header;
    const file = { name, rows: 0, bytes: Buffer.byteLength(this.#header) };
    this.#files.push(file);
    return file;
  }

  async #flush(): Promise<void> {
    const text = this.#pending;
    this.#pending = '';
    await this.#handle?.appendFile(text);
  }
}

function lineOf(row: readonly string[]): string {
  return stringify([[...row]], { record_delimiter: '\n' });
}
