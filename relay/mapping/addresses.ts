import { ADDRESS_TYPES, ADDRESS_WORD, type AddressType } from './address-type.ts';
import type { Mapping } from './mapping-rows.ts';
import { countryOf, e164, e164OfMobile } from './phone-number.ts';
import type { Member } from './primary.ts';
import { contactIdOf, type ObjectName, type Snapshot } from './record.ts';
import type { Settings } from './settings.ts';

/** An email address or phone number that a record gives its user. Personal data: never log it. */
export interface PlannedAddress {
  type: AddressType;
  /** An email in lower case, or a number in E.164 form. */
  token: string;
  /** Whose it is. */
  recordId: string;
}

export interface AddressPlan {
  /** The types that the settings switch on, each with whether the person agrees to it. */
  consents: Readonly<Partial<Record<AddressType, boolean>>>;
  addresses: readonly PlannedAddress[];
  /** Addresses that can't be sent, each with why. */
  leftOut: readonly string[];
}

/** By which somebody opts out, on both objects. */
export const OPT_OUT_FIELDS: Readonly<Record<AddressType, string>> = { Email: 'HasOptedOutOfEmail', SMS: 'DoNotCall' };

const TOKEN_FIELDS: Readonly<Record<AddressType, readonly string[]>> = {
  Email: ['Email'],
  SMS: ['MobilePhone', 'Phone'],
};
/** The code is there only in orgs with a list of countries. */
const COUNTRY_FIELDS: Readonly<Record<ObjectName, readonly string[]>> = {
  Lead: ['CountryCode', 'Country'],
  Contact: ['MailingCountryCode', 'MailingCountry'],
};

export function isSwitchedOn(type: AddressType, settings: Settings): boolean {
  return type === 'Email' ? settings.syncEmail : settings.syncPhone;
}

/** What is read of a record for its addresses. Without a `needed` field none that depends on it is sent; the others may be missing. */
export function addressFields(
  object: ObjectName,
  settings: Settings,
  consents: Mapping['consents'],
): { needed: readonly string[]; further: readonly string[] } {
  const types = ADDRESS_TYPES.filter((type) => isSwitchedOn(type, settings));
  const needed = types.flatMap((type) => [TOKEN_FIELDS[type][0] ?? '', OPT_OUT_FIELDS[type]]);
  const ofConsent = consents.filter((row) => row.object === object && types.includes(row.type));
  const further = types.includes('SMS') ? ['Phone', ...COUNTRY_FIELDS[object]] : [];
  return { needed: [...needed, ...ofConsent.map(({ field }) => field)], further };
}

/**
 * The addresses of a user: those of the record that decides, or of its contact where that is a lead that was won.
 * Whoever opted out on one of the user's records has opted out.
 */
export function planAddresses(
  primary: Member,
  members: readonly Member[],
  settings: Settings,
  mapping: Mapping,
): AddressPlan {
  if (!ADDRESS_TYPES.some((type) => isSwitchedOn(type, settings))) return NO_ADDRESSES;
  const contact = members.find(({ snapshot }) => snapshot.id === contactIdOf(primary.snapshot));
  const record = (contact ?? primary).snapshot;
  // A lead that was won takes no changes any more: its contact speaks for the person.
  const living = members
    .map(({ snapshot }) => snapshot)
    .filter((record) => !members.some(({ snapshot }) => snapshot.id === contactIdOf(record)));
  const consents: Partial<Record<AddressType, boolean>> = {};
  const addresses: PlannedAddress[] = [];
  const leftOut: string[] = [];
  for (const type of ADDRESS_TYPES) {
    if (!isSwitchedOn(type, settings)) continue;
    consents[type] = living.every((snapshot) => agrees(snapshot, type, mapping));
    const { token, unfit } = type === 'Email' ? emailOf(record) : phoneOf(record);
    if (token !== undefined) addresses.push({ type, token, recordId: record.id });
    else if (unfit !== undefined) leftOut.push(`${ADDRESS_WORD[type]} (${unfit} does not fit)`);
  }
  return { consents, addresses, leftOut };
}

const NO_ADDRESSES: AddressPlan = { consents: {}, addresses: [], leftOut: [] };

/** A field that can't be read is no consent. */
function agrees({ object, fields }: Snapshot, type: AddressType, { consents }: Mapping): boolean {
  if (fields[OPT_OUT_FIELDS[type]] !== false) return false;
  const rows = consents.filter((row) => row.object === object && row.type === type);
  return rows.every(({ field }) => fields[field] === true);
}

interface Token {
  token?: string | undefined;
  /** The field whose value can't be one. */
  unfit?: string | undefined;
}

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

function emailOf(record: Snapshot): Token {
  const text = textOf(record, 'Email');
  if (text === undefined) return {};
  return EMAIL.test(text) ? { token: text.toLowerCase() } : { unfit: 'Email' };
}

function phoneOf(record: Snapshot): Token {
  const [mobile, phone] = [textOf(record, 'MobilePhone'), textOf(record, 'Phone')];
  const named = COUNTRY_FIELDS[record.object].flatMap((field) => textOf(record, field) ?? []);
  const country = named.map(countryOf).find((code) => code !== undefined);
  const number =
    (mobile === undefined ? undefined : e164(mobile, country)) ??
    (phone === undefined ? undefined : e164OfMobile(phone, country));
  return number !== undefined ? { token: number } : { unfit: mobile === undefined ? undefined : 'MobilePhone' };
}

function textOf({ fields }: Snapshot, field: string): string | undefined {
  const value = fields[field];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
