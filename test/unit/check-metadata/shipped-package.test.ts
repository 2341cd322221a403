import { spawnSync } from 'node:child_process';
import { checkPackage } from '../../../scripts/check-metadata/check-package.ts';
import { convertPackage } from '../../../scripts/check-metadata/convert-package.ts';
import { scanFlows } from '../../../scripts/check-metadata/scan-flows.ts';
import { copyPackage, PACKAGE } from './broken-copy.ts';

const AFTER_SAVE = 'main/default/flows/OneSignal_Lead_After_Save.flow-meta.xml';

test('the shipped package has no finding of ours', () => {
  expect(checkPackage(PACKAGE)).toEqual([]);
});

test('the shipped flows have no finding of the flow scanner, not even a note', async () => {
  expect(await scanFlows(PACKAGE)).toEqual([]);
});

test('a write without a fault path is found by the flow scanner', async () => {
  const copy = copyPackage();
  try {
    copy.replace(AFTER_SAVE, /<faultConnector>[\s\S]*?<\/faultConnector>/, '');
    const found = (await scanFlows(copy.directory)).map(({ rule, file }) => `${rule} in ${file}`);
    expect(found).toContain(`scan-MissingFaultPath in ${AFTER_SAVE}`);
  } finally {
    copy.remove();
  }
});

test('the package converts to the deploy format, and a stray file does not', async () => {
  const copy = copyPackage();
  try {
    const good = await convertPackage(copy.directory);
    expect(good.findings).toEqual([]);
    expect(good.components).toBeGreaterThan(50);
    copy.write('main/default/flows/Stray.oddity-meta.xml', '<Odd/>');
    expect((await convertPackage(copy.directory)).findings.map((finding) => finding.rule)).toEqual(['convert']);
  } finally {
    copy.remove();
  }
});

test('the command ends with one JSON line and exit code 1 on a finding', () => {
  const copy = copyPackage();
  try {
    copy.replace(AFTER_SAVE, '>Active<', '>Draft<');
    const args = ['scripts/check-metadata/main.ts', '--json', '--dir', copy.directory];
    const run = spawnSync(process.execPath, args, { encoding: 'utf8' });
    const last = run.stdout.trimEnd().split('\n').at(-1) ?? '';
    const { findings } = JSON.parse(last) as { findings: { rule: string }[] };
    expect(findings.map((finding) => finding.rule)).toContain('flow-trigger');
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 1, stderr: '' });
  } finally {
    copy.remove();
  }
});
