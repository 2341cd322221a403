import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withSection } from '../../scripts/docs/markdown.ts';
import { IDENTITY_CASES } from '../identity-cases/cases.ts';
import { identityTable } from '../identity-cases/identity-table.ts';
import { type PlayedCase, playCase } from '../identity-cases/play-case.ts';
import { endScenario } from './scenario.ts';

const PAGE = join(import.meta.dirname, '../../docs/identity.md');
const played: PlayedCase[] = [];

afterEach(endScenario);

test.each(IDENTITY_CASES.map((one) => [one.title, one] as const))('%s', async (_, one) => {
  played.push(await playCase(one));
  expect(played.at(-1)?.records).not.toEqual([]);
});

test('docs/identity.md shows what was played', () => {
  const page = readFileSync(PAGE, 'utf8');
  const asPlayed = withSection(page, 'cases', identityTable(played).split('\n'));
  expect(played).toHaveLength(IDENTITY_CASES.length);
  // `npm run docs` writes what this run saw.
  if (process.env.UPDATE_PAGES === '1') writeFileSync(PAGE, asPlayed);
  else expect(page).toBe(asPlayed);
});
