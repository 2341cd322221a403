import { globSync } from 'node:fs';
import { join, relative } from 'node:path';
import flowScanner from '@flow-scanner/lightning-flow-scanner-core';
import type { Finding } from './finding.ts';

/**
 * Scans every flow under a directory for what is bad practice: a missing fault path, an element that nothing leads to,
 * writes in loops, ids in the text, and so on. Every rule of the scanner counts, down to its notes; none is ignored.
 */
export async function scanFlows(directory: string): Promise<Finding[]> {
  const files = globSync('**/*.flow-meta.xml', { cwd: directory }).map((file) => join(directory, file));
  const parsed = await flowScanner.parse(files);
  const unreadable = parsed
    .filter((each) => each.errorMessage !== undefined || each.flow === undefined)
    .map((each) => ({
      rule: 'scan-parse',
      file: relative(directory, each.uri),
      message: each.errorMessage ?? 'no flow',
    }));
  const results = flowScanner.scan(
    parsed.filter((each) => each.flow !== undefined && each.errorMessage === undefined),
    {},
  );
  const violations = results.flatMap((result) =>
    result.ruleResults
      .filter((rule) => rule.occurs)
      .map((rule) => ({
        rule: `scan-${rule.ruleName}`,
        file: relative(directory, files.find((file) => file.includes(`/${result.flow.name}.flow-meta.xml`)) ?? ''),
        message: `${rule.ruleDefinition.label}: ${rule.details.map((detail) => detail.name).join(', ')}`,
      })),
  );
  return [...unreadable, ...violations];
}
