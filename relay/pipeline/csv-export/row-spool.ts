import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AddressType } from '../../mapping/address-type.ts';

/** A user on its way to a file: what can't be said before all others are known is still open. */
export interface PlannedRow {
  externalId: string;
  /** By tag key. */
  tags: Readonly<Record<string, string>>;
  addresses: readonly PlannedRowAddress[];
}

export interface PlannedRowAddress {
  type: AddressType;
  token: string;
  isOptedOut: boolean;
  /** What the store says of it. */
  standing: 'free' | 'shared' | 'off';
}

const NAME = '.onesignal-export.partial';
/** Characters that are written at once. */
const CHUNK = 65_536;

/** Rows on disk until all are planned, so that memory does not grow with them. */
export class RowSpool {
  readonly #path: string;
  readonly #handle: FileHandle;
  #pending = '';

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  static async open(folder: string): Promise<RowSpool> {
    const path = join(folder, NAME);
    // What a process left there that was killed.
    await rm(path, { force: true });
    return new RowSpool(path, await open(path, 'wx+', 0o600));
  }

  async write(row: PlannedRow): Promise<void> {
    this.#pending += `${JSON.stringify(row)}\n`;
    if (this.#pending.length > CHUNK) await this.#flush();
  }

  /** All rows in their order, once. */
  async *rows(): AsyncGenerator<PlannedRow> {
    await this.#flush();
    for await (const line of this.#handle.readLines({ start: 0, autoClose: false })) yield JSON.parse(line);
  }

  async remove(): Promise<void> {
    await this.#handle.close();
    await rm(this.#path, { force: true });
  }

  async #flush(): Promise<void> {
    const text = this.#pending;
    this.#pending = '';
    if (text !== '') await this.#handle.appendFile(text);
  }
}
