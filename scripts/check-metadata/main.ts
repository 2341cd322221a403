import { Command } from 'commander';
import { checkPackage } from './check-package.ts';
import { convertPackage } from './convert-package.ts';
import type { Finding } from './finding.ts';
import { scanFlows } from './scan-flows.ts';

/** Checks the Salesforce package without an org: converts it, scans its flows, and runs our own rules. */
async function main(): Promise<void> {
  const command = new Command()
    .name('check:metadata')
    .description('Checks the Salesforce package without an org. Exit 1 on any finding.')
    .option('--dir <directory>', 'the directory in source format', 'sfdx')
    .option('--json', 'print one JSON object on the last line')
    .parse();
  const { dir, json } = command.opts<{ dir: string; json?: boolean }>();
  const ours = checkPackage(dir);
  const { findings: conversion, components } = await convertPackage(dir);
  const findings = [...conversion, ...(await scanFlows(dir)), ...ours];
  if (json === true) console.log(JSON.stringify({ components, findings }));
  else print(findings, components);
  process.exitCode = findings.length > 0 ? 1 : 0;
}

function print(findings: Finding[], components: number): void {
  for (const { rule, file, message } of findings) console.log(`${file}: ${message} [${rule}]`);
  const files = new Set(findings.map((finding) => finding.file)).size;
  console.log(
    findings.length === 0
      ? `check:metadata: ${components} components, no findings`
      : `check:metadata: ${components} components, ${findings.length} findings in ${files} files`,
  );
}

main().catch((error: unknown) => {
  console.error(`check:metadata: ${(error as Error).message}`);
  process.exitCode = 1;
});
