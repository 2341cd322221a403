import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readLockFile } from '../check-dependencies/lock-file.ts';
import { alertSection } from './alert-section.ts';
import { errorCodesPage, statusCodesPage } from './code-tables.ts';
import { faultSection } from './fault-section.ts';
import { helpReasons } from './help-reasons.ts';
import { withSection } from './markdown.ts';
import { metricsPage } from './metrics-page.ts';
import { openQuestionsPage } from './open-questions.ts';
import { retrySection } from './retry-section.ts';
import { streamSection } from './stream-section.ts';
import { thirdPartyPage } from './third-party.ts';

/**
 * Writes the pages that follow from the code, and the sections of pages that people write, or with `--check` says which
 * are stale (exit 1).
 */
const PAGES: Readonly<Record<string, (before: string) => string>> = {
  'docs/status-codes.md': statusCodesPage,
  'docs/error-codes.md': errorCodesPage,
  'docs/metrics.md': metricsPage,
  'docs/runbook.md': (before) => withSection(before, 'alerts', alertSection()),
  'docs/open-questions.md': openQuestionsPage,
  'docs/third-party.md': () => thirdPartyPage(readLockFile(new URL('../../package-lock.json', import.meta.url))),
  'docs/reliability.md': (before) =>
    withSection(withSection(before, 'retries', retrySection()), 'faults', faultSection()),
  'sfdx/main/default/lwc/oneSignalHelp/reasons.js': helpReasons,
  'docs/stream.md': (before) => withSection(before, 'transitions', streamSection()),
};

const isCheck = process.argv.includes('--check');
const root = join(import.meta.dirname, '../..');
const stale = Object.entries(PAGES).filter(([path, page]) => read(join(root, path)) !== page(read(join(root, path))));
if (!isCheck) for (const [path, page] of stale) writeFileSync(join(root, path), page(read(join(root, path))));
if (isCheck && stale.length > 0) {
  console.log(`${stale.map(([path]) => path).join(', ')}: stale. Run npm run docs.`);
  process.exitCode = 1;
} else {
  console.log(`${Object.keys(PAGES).length} pages are as the code says.`);
}

/** A page that is not there yet is empty. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
