let folder: string | undefined;
let count = 0;

/** Every process of the bench writes a profile of its processor time into this folder when it ends. */
export function profileTo(path: string): void {
  folder = path;
}

/** https://nodejs.org/api/cli.html#--cpu-prof */
export function profileFlags(name: string): string[] {
  if (folder === undefined) return [];
  count += 1;
  return ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${count}-${name}.cpuprofile`];
}
