import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCodesPage, statusCodesPage } from './code-tables.ts';

/** Writes the pages that follow from the code, or with `--check` says which are stale (exit 1). */
const PAGES: Readonly<Record<string, () => string>> = {
  'docs/status-codes.md': statusCodesPage,
  'docs/error-codes.md': errorCodesPage,
};

const isCheck = process.argv.includes('--check');
const root = join(import.meta.dirname, '../..');
const stale = Object.entries(PAGES).filter(([path, page]) => read(join(root, path)) !== page());
if (!isCheck) for (const [path, page] of stale) writeFileSync(join(root, path), page());
if (isCheck && stale.length > 0) {
  console.log(`${stale.map(([path]) => path).join(', ')}: stale. Run npm run docs.`);
  process.exitCode = 1;
} else {
  console.log(`${Object.keys(PAGES).length} pages are as the code says.`);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
