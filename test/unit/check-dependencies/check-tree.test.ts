import { checkTree, type Manifest } from '../../../scripts/check-dependencies/check-tree.ts';
import { type LockedPackage, lockedPackages } from '../../../scripts/check-dependencies/lock-file.ts';

const MANIFEST: Manifest = { dependencies: { good: '1.2.3' }, devDependencies: {}, allowScripts: {} };

const GOOD: LockedPackage = {
  name: 'good',
  version: '1.2.3',
  licence: 'MIT',
  resolved: undefined,
  integrity: 'sha512-abc',
  isShipped: true,
  isLink: false,
  hasInstallScript: false,
};

const findings = (given: Partial<LockedPackage>, manifest: Partial<Manifest> = {}) =>
  checkTree([{ ...GOOD, ...given }], { ...MANIFEST, ...manifest });

test('a permissive package with its hash is as it must be', () => {
  expect(findings({})).toEqual([]);
  expect(findings({ licence: '(MIT OR GPL-3.0-or-later)' })).toEqual([]);
});

test.each<[string, Partial<LockedPackage>, Partial<Manifest>, RegExp]>([
  ['a licence that binds others, in what is shipped', { licence: 'GPL-3.0-only' }, {}, /licence GPL-3.0-only/],
  ['one of two licences that both count', { licence: 'MIT AND GPL-2.0-only' }, {}, /licence MIT AND/],
  ['a licence for tools, in what is shipped', { licence: 'MPL-2.0' }, {}, /MPL-2.0/],
  ['no licence', { licence: undefined }, {}, /\(none\)/],
  ['no hash', { integrity: undefined }, {}, /no sha512/],
  ['a hash that can be forged', { integrity: 'sha1-abc' }, {}, /no sha512/],
  ['a package from elsewhere', { resolved: 'https://example.com/good.tgz' }, {}, /registry of npm/],
  ['a script that nobody spoke about', { hasInstallScript: true }, {}, /say in allowScripts/],
  [
    'a script that is let run unread',
    { hasInstallScript: true },
    { allowScripts: { good: true } },
    /nobody has read it/,
  ],
  [
    'a script of what is shipped',
    { name: 'node', hasInstallScript: true },
    { allowScripts: { node: true } },
    /is shipped/,
  ],
  ['a range of versions', {}, { dependencies: { good: '^1.2.3' } }, /not pinned/],
])('%s is a finding', (_what, given, manifest, finding) => {
  expect(findings(given, manifest)).toEqual([expect.stringMatching(finding)]);
});

test('a tool may have a licence that a shipped package may not, and a script that is switched off', () => {
  expect(findings({ licence: 'MPL-2.0', isShipped: false })).toEqual([]);
  expect(findings({ hasInstallScript: true }, { allowScripts: { good: false } })).toEqual([]);
});

test('the lock file tells a package in a package by its own name, and what is shipped from what is not', () => {
  const packages = { '': {}, 'node_modules/a/node_modules/@s/b': { version: '1.0.0', dev: true, license: 'ISC' } };
  expect(lockedPackages({ lockfileVersion: 3, packages })).toMatchObject([
    { name: '@s/b', version: '1.0.0', licence: 'ISC', isShipped: false },
  ]);
});
