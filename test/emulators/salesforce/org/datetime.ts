/** A DateTime as REST shows it, cut (not rounded) to whole seconds: `2026-11-24T10:00:00.000+0000`. */
export function toStoredTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}.000+0000`;
}

/** Milliseconds since 1970 of a stored DateTime. */
export function fromStoredTime(text: string): number {
  return Date.parse(`${text.slice(0, 19)}Z`);
}

/**
 * A DateTime as an event payload shows it, with milliseconds.
 * https://developer.salesforce.com/docs/platform/platform-events/guide/platform-events-subscribe-cometd.html
 */
export function toEventTime(ms: number): string {
  return new Date(ms).toISOString();
}

const apiDateTime = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})$/;

/** Milliseconds of a DateTime as a client may write it (offset needed), or undefined when it isn't one. */
export function parseApiTime(text: string): number | undefined {
  const match = apiDateTime.exec(text);
  if (!match) return undefined;
  const [, base, fraction = '', zone = 'Z'] = match;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const ms = Date.parse(`${base}${fraction.slice(0, 4)}${offset}`);
  return Number.isNaN(ms) ? undefined : ms;
}
