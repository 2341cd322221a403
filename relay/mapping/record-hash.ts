import { hash } from 'node:crypto';
import type { AddressType } from './address-type.ts';
import type { Snapshot } from './record.ts';

/** A fingerprint of everything on the record that a plan can depend on. Stamps and status fields are not part of it. */
export function hashRecordInputs(record: Snapshot): string {
  const { stage, externalId, stageChangedAt, isConverted, convertedContactId, fields } = record;
  const ordered = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  const inputs = [stage, externalId, stageChangedAt, isConverted, convertedContactId, ordered];
  return hash('sha256', JSON.stringify(inputs), 'base64url').slice(0, 22);
}

/** Most tags have one of a few values, and what was compared is what is stored next. */
const recent = new Map<string, string>();
const MOST_RECENT = 1_000;

/** A fingerprint of one tag value, so that the store need not keep the value. */
export function hashTagValue(value: string): string {
  const known = recent.get(value);
  if (known !== undefined) return known;
  const fingerprint = hash('sha256', value, 'base64url').slice(0, 16);
  if (recent.size >= MOST_RECENT) recent.clear();
  recent.set(value, fingerprint);
  return fingerprint;
}

/** A fingerprint of an address, by which the store knows it. Case is no difference: OneSignal keeps emails in lower case. */
export function hashAddress(type: AddressType, token: string): string {
  return hash('sha256', `${type} ${token.toLowerCase()}`, 'base64url').slice(0, 22);
}
