import { readdirSync, readFileSync } from 'node:fs';
import { ENVIRONMENT_VARIABLES } from '../../../relay/config/environment.ts';
import { ERROR_CODES, type ErrorCode } from '../../../relay/config/error-codes.ts';
import { PACKAGE_FLOWS } from '../../../relay/config/package-flows.ts';
import { explainError, isRelayError, RelayError } from '../../../relay/config/relay-error.ts';
import { VERSION } from '../../../relay/config/version.ts';

const fileAtRoot = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');

test('.env.example names exactly the variables that the relay reads', () => {
  const named = [...fileAtRoot('.env.example').matchAll(/^#?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name);
  expect([...named].sort()).toEqual([...ENVIRONMENT_VARIABLES].sort());
});

test('the relay tells the version that package.json has', () => {
  expect(VERSION).toBe((JSON.parse(fileAtRoot('package.json')) as { version: string }).version);
});

test('the package says the version that package.json has', () => {
  const record = fileAtRoot('sfdx/main/default/customMetadata/OneSignal_Package.Current.md-meta.xml');
  expect(/<value [^>]*>([^<]+)<\/value>/.exec(record)?.[1]).toBe(VERSION);
});

test('the project names the version that package.json has', () => {
  const { packageDirectories } = JSON.parse(fileAtRoot('sfdx-project.json')) as {
    packageDirectories: { versionName: string; versionNumber: string }[];
  };
  expect(packageDirectories).toMatchObject([{ versionName: VERSION, versionNumber: `${VERSION}.NEXT` }]);
});

test('the doctor knows every flow of the package', () => {
  const files = readdirSync(new URL('../../../sfdx/main/default/flows', import.meta.url));
  expect([...PACKAGE_FLOWS].sort()).toEqual(files.map((file) => file.replace('.flow-meta.xml', '')).sort());
});

test('an error explains itself: what, each problem, what next, and its code', () => {
  const error = new RelayError('ENVIRONMENT_INVALID', 'Two settings need your attention.', {
    problems: ['A is', 'B is'],
  });
  expect(explainError(error)).toBe(
    'Two settings need your attention. [ENVIRONMENT_INVALID]\n  - A is\n  - B is\n' +
      `Next: ${ERROR_CODES.ENVIRONMENT_INVALID}`,
  );
  expect([isRelayError(error), isRelayError(new Error('x')), isRelayError(null)]).toEqual([true, false, false]);
});

test.each(Object.keys(ERROR_CODES) as ErrorCode[])('%s says what to do next in a sentence', (code) => {
  expect(ERROR_CODES[code]).toMatch(/^[A-Z].*\.$/);
});
