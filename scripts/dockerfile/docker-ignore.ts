/**
 * What a build does not see of the folder, by .dockerignore: names at the top, and `*` for any part of one. Our file has
 * no other patterns, and another one is a fault here.
 * https://docs.docker.com/build/concepts/context/#dockerignore-files
 * @throws Error for a pattern that means more
 */
export function readDockerIgnore(text: string): (path: string) => boolean {
  const patterns = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const tests = patterns.map((pattern) => {
    if (/[!/?[\]\\]|\*\*/.test(pattern)) throw new Error(`.dockerignore: ${pattern} is no plain name at the top`);
    return new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
  });
  return (path) => tests.some((test) => test.test(path.split('/')[0] ?? ''));
}
