import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPackage } from '../../../scripts/check-metadata/load-package.ts';
import { checkRelayNames } from '../../../scripts/check-metadata/rules/relay-names.ts';
import { PACKAGE } from './broken-copy.ts';

test('a field that only the relay knows is found, and one that the package has is not', () => {
  const sources = mkdtempSync(join(tmpdir(), 'relay-sources-'));
  try {
    writeFileSync(join(sources, 'reader.ts'), "const soql = 'SELECT OneSignal_Id__c, OneSignal_Ids__c FROM Lead';");
    const found = checkRelayNames(loadPackage(PACKAGE), sources);
    expect(found).toEqual([
      { rule: 'relay-name', file: 'relay/reader.ts', message: 'the package has no OneSignal_Ids__c' },
    ]);
  } finally {
    rmSync(sources, { recursive: true, force: true });
  }
});
