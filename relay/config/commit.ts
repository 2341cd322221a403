/** Where the host says which source it runs, the surest first. https://devcenter.heroku.com/articles/dyno-metadata */
const VARIABLES = ['RELAY_COMMIT', 'HEROKU_BUILD_COMMIT', 'HEROKU_SLUG_COMMIT', 'SOURCE_VERSION'] as const;

export function isCommit(text: string): boolean {
  return /^[0-9a-f]{7,64}$/i.test(text);
}

/** Written beside the built code when it is built: beside the source there is none. */
const COMMIT_FILE = new URL('../../commit', import.meta.url);

/**
 * The commit that this code was built from; null where nobody knows. Anything that is no commit counts as nothing.
 * @param readFile throws where there is no such file
 */
export function commitOf(
  env: Readonly<Record<string, string | undefined>>,
  readFile: (path: URL) => string,
): string | null {
  for (const name of VARIABLES) {
    const value = env[name]?.trim();
    if (value !== undefined && isCommit(value)) return value;
  }
  try {
    const written = readFile(COMMIT_FILE).trim();
    return isCommit(written) ? written : null;
  } catch {
    return null;
  }
}
