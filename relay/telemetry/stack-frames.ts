/** A place in our code or in Node's; such a line holds no values. */
const FRAME = /^ +at (?:[^()@]+ \()?(?:file:|node:|\/)[^()@]*:\d+:\d+\)?$/;

/** Where an error comes from, the innermost place first: never its message, which may quote a record or an answer. */
export function stackFrames(error: unknown): string[] {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return [];
  // A message of several lines could hold one that looks like a place.
  const places = error.stack.replace(error.message, '').split('\n');
  return places.filter((line) => FRAME.test(line)).map((line) => line.trim());
}

/** The innermost place: enough to find a defect by. */
export function placeOf(error: unknown): string {
  return stackFrames(error)[0] ?? 'unknown';
}
