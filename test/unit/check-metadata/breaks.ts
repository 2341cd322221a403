import { checkPackage } from '../../../scripts/check-metadata/check-package.ts';
import { copyPackage, type PackageCopy } from './broken-copy.ts';

/** One thing to break in a copy of the package, and the rule that must notice it there. */
export interface Break {
  what: string;
  rule: string;
  file: string;
  edit: (copy: PackageCopy) => void;
}

/** Breaks one thing in one file. */
export function inFile(rule: string, what: string, file: string, from: string | RegExp, to: string): Break {
  return { rule, what, file, edit: (copy) => copy.replace(file, from, to) };
}

/** A test for each: the rule names the file, and no other rule and no other file is named. */
export function expectEachBreakToBeFound(breaks: Break[]): void {
  test.each(breaks)('$rule finds $what', ({ rule, file, edit }) => {
    const copy = copyPackage();
    try {
      edit(copy);
      const found = new Set(checkPackage(copy.directory).map((finding) => `${finding.rule} in ${finding.file}`));
      expect([...found]).toEqual([`${rule} in ${file}`]);
    } finally {
      copy.remove();
    }
  });
}
