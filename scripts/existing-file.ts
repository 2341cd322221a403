import { existsSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';

/** Reads an option that names a file. */
export function existingFile(path: string): string {
  if (existsSync(path)) return path;
  throw new InvalidArgumentError('There is no such file.');
}
