/** The names that are there before, in order: what an org refuses, or shows twice. */
export function repeated(names: readonly string[]): string[] {
  return names.filter((name, place) => names.indexOf(name) !== place);
}
