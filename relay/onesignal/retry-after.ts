/** A longer wait than this is taken for a mistake of the sender: the relay tries again after an hour at the latest. */
const LONGEST_WAIT_MS = 3_600_000;

/**
 * The wait that a `Retry-After` header asks for, in ms from `nowMs` (epoch ms), 0 to 3,600,000; undefined if the
 * header is absent or unreadable. Seconds or an HTTP date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function retryAfterMs(header: string | string[] | undefined, nowMs: number): number | undefined {
  const value = (Array.isArray(header) ? header[0] : header)?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Math.min(Number(value) * 1000, LONGEST_WAIT_MS);
  // Date.parse alone would take "-1" or "5 s" for a year.
  if (!/^[A-Z][a-z]{2,8},? /.test(value)) return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.min(Math.max(0, at - nowMs), LONGEST_WAIT_MS);
}
