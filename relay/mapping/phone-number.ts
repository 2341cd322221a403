import type { CountryCode, PhoneNumber } from 'libphonenumber-js/max';

let library: typeof import('libphonenumber-js/max') | undefined;

/** Only orgs that send phone numbers load what the whole world's are like: three megabytes. */
export async function loadPhoneNumbers(): Promise<void> {
  library ??= await import('libphonenumber-js/max');
}

function phones(): typeof import('libphonenumber-js/max') {
  if (library === undefined) throw new Error('what phone numbers are like is not loaded yet');
  return library;
}

/** Languages in which people write a country's name into a record where the org has no list of countries. */
const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'sv', 'da', 'nb', 'fi', 'pl', 'ja'];

const SHORT_NAMES: Readonly<Record<string, CountryCode>> = {
  usa: 'US',
  'u.s.a.': 'US',
  'u.s.': 'US',
  'united states of america': 'US',
  uk: 'GB',
  'u.k.': 'GB',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
  'great britain': 'GB',
  holland: 'NL',
  'czech republic': 'CZ',
  turkey: 'TR',
  uae: 'AE',
};

let byName: ReadonlyMap<string, CountryCode> | undefined;

/** @param text a name in one of the common languages, or a code of two letters @returns undefined for one that is not known */
export function countryOf(text: string): CountryCode | undefined {
  const code = text.trim().toUpperCase();
  if (phones().isSupportedCountry(code)) return code;
  byName ??= countriesByName();
  return byName.get(text.trim().toLowerCase());
}

function countriesByName(): Map<string, CountryCode> {
  const names = new Map<string, CountryCode>(Object.entries(SHORT_NAMES));
  for (const language of LANGUAGES) {
    const display = new Intl.DisplayNames(language, { type: 'region' });
    for (const country of phones().getCountries()) names.set((display.of(country) ?? country).toLowerCase(), country);
  }
  return names;
}

/**
 * A phone number in E.164 form, which is all that OneSignal takes:
 * https://documentation.onesignal.com/reference/create-subscription
 * @param country for a number that does not begin with +
 * @returns undefined for what is no number of that country
 */
export function e164(text: string, country: CountryCode | undefined): string | undefined {
  return valid(text, country)?.number;
}

/** The same for a number that may be one of a landline, which takes no SMS. */
export function e164OfMobile(text: string, country: CountryCode | undefined): string | undefined {
  const number = valid(text, country);
  const type = number?.getType();
  return type === 'MOBILE' || type === 'FIXED_LINE_OR_MOBILE' ? number?.number : undefined;
}

function valid(text: string, country: CountryCode | undefined): PhoneNumber | undefined {
  const number = phones().parsePhoneNumberFromString(text, country);
  return number?.isValid() === true ? number : undefined;
}
