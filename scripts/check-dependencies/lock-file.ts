import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json */
const LOCK = z.object({
  lockfileVersion: z.number(),
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      dev: z.boolean().default(false),
      link: z.boolean().default(false),
      hasInstallScript: z.boolean().default(false),
    }),
  ),
});

/** One package in the tree, as the lock file has it. */
export interface LockedPackage {
  name: string;
  version: string;
  /** As its author wrote it; undefined where there is nothing. */
  licence: string | undefined;
  /** Where it comes from, if that is not the registry of the installing machine. */
  resolved: string | undefined;
  integrity: string | undefined;
  /** It comes into the product; the others build and test it. */
  isShipped: boolean;
  isLink: boolean;
  hasInstallScript: boolean;
}

export function readLockFile(path: string | URL): LockedPackage[] {
  return lockedPackages(JSON.parse(readFileSync(path, 'utf8')));
}

/** @throws ZodError for what is no lock file */
export function lockedPackages(json: unknown): LockedPackage[] {
  return Object.entries(LOCK.parse(json).packages).flatMap(([place, locked]) => {
    const name = place.split('node_modules/').at(-1) ?? '';
    // The first is the project itself.
    if (place === '') return [];
    const { version = '', license: licence, resolved, integrity, dev, link, hasInstallScript } = locked;
    return [{ name, version, licence, resolved, integrity, isShipped: !dev, isLink: link, hasInstallScript }];
  });
}
