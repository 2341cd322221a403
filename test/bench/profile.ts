let folder: string | undefined;
let count = 0;

/**
 * Every process that is started from now on writes a profile of its processor time into this folder when it ends.
 * @returns the folder so far
 */
export function profileTo(path: string | undefined): string | undefined {
  const before = folder;
  folder = path;
  return before;
}

/** https://nodejs.org/api/cli.html#--cpu-prof */
export function profileFlags(name: string): string[] {
  if (folder === undefined) return [];
  count += 1;
  return ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${count}-${name}.cpuprofile`];
}
