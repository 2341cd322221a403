import { isUsableExternalId } from './external-id.ts';
import type { Snapshot } from './record.ts';
import type { Settings } from './settings.ts';

/** Which OneSignal user a record stands for: its external id, or why it has none. */
export type Identification = { externalId: string } | { refusal: Refusal };

/** Why a record stands for no user. */
export type Refusal = 'NO_EXTERNAL_ID' | 'BAD_EXTERNAL_ID' | 'PERSON_ACCOUNT';

/** There only in an org with person accounts: then a contact can be a part of an account, whose rules it follows. */
export const PERSON_ACCOUNT_FIELD = 'IsPersonAccount';

export function isPersonAccount({ fields }: Snapshot): boolean {
  return fields[PERSON_ACCOUNT_FIELD] === true;
}

/**
 * Names the OneSignal user of a lead or contact. A converted lead is its contact's user, and a contact without an
 * external id takes it from the lead that was converted into it, which keeps one person one user.
 * @param contact the contact of a converted lead, when it can be seen
 * @param leads the leads converted into the contact
 */
export function identify(
  record: Snapshot,
  relatives: { contact: Snapshot | undefined; leads: readonly Snapshot[] },
  settings: Settings,
): Identification {
  if (isPersonAccount(record)) return { refusal: 'PERSON_ACCOUNT' };
  const contact = record.object === 'Contact' ? record : relatives.contact;
  const ownLead = record.object === 'Lead' ? [record] : [];
  const leads = contact === undefined ? ownLead : [...relatives.leads, ...ownLead].sort(byConversion);
  const explicit = contact?.externalId ?? leads.find((lead) => lead.externalId !== null)?.externalId;
  if (explicit !== undefined && explicit !== null) {
    return isUsableExternalId(explicit) ? { externalId: explicit } : { refusal: 'BAD_EXTERNAL_ID' };
  }
  if (settings.missingExternalId === 'Skip') return { refusal: 'NO_EXTERNAL_ID' };
  return { externalId: leads[0]?.id ?? record.id };
}

/** The first conversion counts, so that a later one doesn't rename the user. */
function byConversion(a: Snapshot, b: Snapshot): number {
  const [first, second] = [a.convertedAt ?? '9999', b.convertedAt ?? '9999'];
  if (first !== second) return first < second ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
