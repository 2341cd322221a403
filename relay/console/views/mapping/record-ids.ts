/** The most that the relay previews at once. */
const MOST = 20;

/** The ids in what a person pasted: between them stand spaces, commas, quotes or line ends. Each once. */
export function recordIdsIn(text: string): string[] {
  return [...new Set(text.split(/[\s,;"']+/).filter((part) => part !== ''))];
}

/** @returns a sentence, or undefined where they can be asked for */
export function wrongWith(ids: readonly string[]): string | undefined {
  if (ids.length === 0) return 'Give at least one record id.';
  if (ids.length > MOST) return `These are ${ids.length} ids; give at most ${MOST}.`;
  const wrong = ids.find((id) => !/^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$/.test(id));
  return wrong === undefined ? undefined : `“${wrong}” is no record id: one has 15 or 18 letters and digits.`;
}
