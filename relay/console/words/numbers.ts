/** The page is in English: a browser in another language would else put its own months and commas between English words. */
export function englishOf(languages: readonly string[]): string {
  return languages.find((language) => /^en(-|$)/i.test(language) && isLocale(language)) ?? 'en-GB';
}

/** A browser may name what is none, such as the system’s `en-US@posix`. */
function isLocale(language: string): boolean {
  try {
    return Intl.getCanonicalLocales(language).length > 0;
  } catch {
    return false;
  }
}

export const LOCALE = englishOf(typeof navigator === 'undefined' ? [] : navigator.languages);

export function count(value: number, locale = LOCALE): string {
  return value.toLocaleString(locale, { maximumFractionDigits: 0 });
}

/** `1 record`, `1,200 records`. @param many where it is not `one` with an s */
export function counted(value: number, one: string, many = `${one}s`, locale = LOCALE): string {
  return `${count(value, locale)} ${value === 1 ? one : many}`;
}

/** For axes and small places: `1.2K`. */
export function short(value: number, locale = LOCALE): string {
  return value.toLocaleString(locale, { notation: 'compact', maximumFractionDigits: 1 });
}

/** @param part 0 to 1 */
export function percent(part: number, locale = LOCALE): string {
  const isSmall = part > 0 && part < 0.1;
  return part.toLocaleString(locale, { style: 'percent', maximumFractionDigits: isSmall ? 1 : 0 });
}
