import { Temporal } from 'temporal-polyfill';
import type { FieldValue } from './record.ts';

export const TRANSFORMS = ['text', 'number', 'boolean', 'unix_seconds', 'lowercase', 'slug'] as const;
export type Transform = (typeof TRANSFORMS)[number];

/**
 * Turns a field's value into a tag's value: OneSignal holds strings only
 * (https://documentation.onesignal.com/docs/en/add-user-data-tags).
 * @param timeZone of the org, in which its days begin
 * @returns undefined where there is nothing to say (the tag is then removed), null where the value doesn't fit
 */
export function transformValue(value: FieldValue, transform: Transform, timeZone: string): string | undefined | null {
  if (value === null || value === '') return undefined;
  switch (transform) {
    case 'text':
      return blankToNothing(String(value));
    case 'lowercase':
      return blankToNothing(String(value).toLowerCase());
    case 'slug':
      return blankToNothing(slug(String(value)));
    case 'number':
      return numberText(value);
    case 'boolean':
      return booleanText(value);
    case 'unix_seconds':
      return (dayStart(String(value), timeZone) ?? unixSeconds(String(value)))?.toString() ?? null;
  }
}

/**
 * Seconds since 1970 of a Salesforce DateTime (`2026-11-24T10:00:00.000+0000`).
 * @returns undefined for anything else
 */
export function unixSeconds(value: string): number | undefined {
  if (!DATE_TIME.test(value)) return undefined;
  const hasZoneOfIso = value.endsWith('Z') || value.at(-3) === ':';
  const milliseconds = Date.parse(hasZoneOfIso ? value : `${value.slice(0, -2)}:${value.slice(-2)}`);
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000);
}

const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * The first second of a day, since 1970. A Date in Salesforce has no zone: people mean the day of their org, and where
 * the clock jumps over midnight the day begins at the jump.
 * @returns undefined for what is no date
 */
function dayStart(value: string, timeZone: string): number | undefined {
  if (!DATE.test(value)) return undefined;
  try {
    return Math.floor(Temporal.PlainDate.from(value).toZonedDateTime(timeZone).epochMilliseconds / 1000);
  } catch {
    return undefined;
  }
}

function blankToNothing(text: string): string | undefined {
  return text.trim() === '' ? undefined : text;
}

/** Letters of any script stay; everything between them becomes one hyphen. */
function slug(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
}

function numberText(value: FieldValue): string | null {
  const parsed = typeof value === 'string' ? Number(value.trim() || Number.NaN) : Number(value);
  return Number.isFinite(parsed) ? String(parsed) : null;
}

function booleanText(value: FieldValue): string | null {
  const text = String(value).toLowerCase();
  if (text === 'true' || text === '1') return 'true';
  if (text === 'false' || text === '0') return 'false';
  return null;
}
