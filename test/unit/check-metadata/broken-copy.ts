import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** The shipped package. */
export const PACKAGE = join(ROOT, 'sfdx');

/** A copy of the package that a test may break; `remove` deletes it. */
export interface PackageCopy {
  directory: string;
  replace(file: string, from: string | RegExp, to: string): void;
  write(file: string, content: string): void;
  move(from: string, to: string): void;
  delete(file: string): void;
  remove(): void;
}

/** Copies the package and its project file to a temporary folder. */
export function copyPackage(): PackageCopy {
  const home = mkdtempSync(join(tmpdir(), 'broken-package-'));
  const directory = join(home, 'sfdx');
  cpSync(PACKAGE, directory, { recursive: true });
  cpSync(join(ROOT, 'sfdx-project.json'), join(home, 'sfdx-project.json'));
  const path = (file: string): string => join(directory, file);
  return {
    directory,
    replace(file, from, to) {
      const before = readFileSync(path(file), 'utf8');
      const after = before.replace(from, to);
      if (after === before) throw new Error(`${file} does not contain ${from}`);
      writeFileSync(path(file), after);
    },
    write: (file, content) => writeFileSync(path(file), content),
    move(from, to) {
      cpSync(path(from), path(to));
      rmSync(path(from));
    },
    delete: (file) => rmSync(path(file)),
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}
