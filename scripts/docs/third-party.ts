import type { LockedPackage } from '../check-dependencies/lock-file.ts';
import { page, table } from './markdown.ts';

/** Every package that the product ships, with its licence. */
export function thirdPartyPage(packages: readonly LockedPackage[]): string {
  const shipped = packages.filter(({ isShipped }) => isShipped);
  const rows = [...new Set(shipped.map(({ name, version, licence }) => `${name}\t${version}\t${licence}`))]
    .sort()
    .map((row) => row.split('\t'));
  return page('Third-party packages', [
    'What the relay is built with: `dist/packages.cdx.json` says which of them have code in it, with the text of each licence. `npm run check` refuses a licence that is not',
    'permissive, a package without a sha512 in the lock file or from elsewhere than the registry of npm, a version that is not pinned, and a script',
    'that would run at an install and that nobody has read.',
    '',
    table(['package', 'version', 'licence'], rows),
  ]);
}
