/**
 * REST and CometD versions of a Winter '27 org.
 * https://developer.salesforce.com/docs/platform/api-streaming/guide/streaming-error-codes.html
 */
export const oldestVersion = 37;
export const newestVersion = 68;

/** The number in `67.0`, or undefined for a version that the org doesn't serve. */
export function servedVersion(text: string): number | undefined {
  const match = /^(\d{2})\.0$/.exec(text);
  const version = Number(match?.[1]);
  return version >= oldestVersion && version <= newestVersion ? version : undefined;
}

/** What `GET /services/data` lists. */
export function listVersions(): { label: string; url: string; version: string }[] {
  return Array.from({ length: newestVersion - oldestVersion + 1 }, (_, index) => {
    const version = `${oldestVersion + index}.0`;
    return { label: releaseName(oldestVersion + index), url: `/services/data/v${version}`, version };
  });
}

/** Three releases a year, Winter first and named after the year that follows; 68.0 is Winter '27. */
function releaseName(version: number): string {
  const fromWinter27 = version - newestVersion;
  const season = ['Winter', 'Spring', 'Summer'][((fromWinter27 % 3) + 3) % 3];
  return `${season} '${27 + Math.floor(fromWinter27 / 3)}`;
}
