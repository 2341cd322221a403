import type { FieldValues } from '../emulators/salesforce/org-contract.ts';
import type { World } from '../emulators/world.ts';

/** What must be true of a record, and of the OneSignal user that it stands for. */
export interface ExpectedRecord {
  object: 'Lead' | 'Contact';
  id: string;
  status: 'Synced' | 'Skipped';
  reason: 'OK' | 'SHARED_EXTERNAL_ID';
  /** The stage that the verdict is about. */
  stage: string;
}

export interface ExpectedUser {
  externalId: string;
  stage: string;
  /** When the stage was reached, by the stamp on the record that decides, unix seconds. */
  stageAt: number;
  /** The record that decides. */
  primaryId: string;
  aliases: Record<string, string>;
  email: ExpectedEmail | undefined;
  records: ExpectedRecord[];
}

export interface ExpectedEmail {
  token: string;
  isOptedOut: boolean;
}

interface Row {
  object: 'Lead' | 'Contact';
  id: string;
  stage: string | null;
  stageAt: number;
  isConverted: boolean;
  contactId: string | null;
  externalId: string | null;
  email: string | null;
  isOptedOut: boolean;
}

/**
 * The users that OneSignal must hold, from the org's rows alone, without the code under test: no mapping rows, so that a
 * stage passes through as it is. No two people have one email, and nobody has one who has several records.
 */
export function expectedUsers({ org }: World): ExpectedUser[] {
  const leads = org.rows('Lead').map((row) => readRow('Lead', row));
  const contacts = org.rows('Contact').map((row) => readRow('Contact', row));
  const leadOf = (contact: Row) => leads.find(({ contactId }) => contactId === contact.id);
  const keyOf = (row: Row) => {
    const lead = row.object === 'Contact' ? leadOf(row) : undefined;
    return row.externalId ?? (lead === undefined ? row.id : (lead.externalId ?? lead.id));
  };
  const concerned = [...leads, ...contacts].filter((row) => row.stage !== null || leadOf(row) !== undefined);
  return [...Map.groupBy(concerned, keyOf)].map(([externalId, rows]) => expectedUser(externalId, rows));
}

function expectedUser(externalId: string, rows: Row[]): ExpectedUser {
  const [primary] = rows.sort((a, b) => rank(a) - rank(b) || b.stageAt - a.stageAt || (a.id < b.id ? -1 : 1));
  if (primary === undefined || primary.stage === null) throw new Error('the story has nobody without any stage');
  const { stage, stageAt } = primary;
  const contact = rows.find(({ object, id }) => object === 'Contact' && id === (primary.contactId ?? primary.id));
  const lead = rows.find(({ contactId }) => contactId !== null && contactId === contact?.id);
  const aliases: Record<string, string> = { salesforce_id: contact?.id ?? primary.id };
  if (lead !== undefined) aliases.salesforce_lead_id = lead.id;
  const records = rows.map((row): ExpectedRecord => {
    const { object, id } = row;
    // A contact without a stage of its own goes on with its lead's, and both are told so.
    const decides = row === primary || (row.stage === null && primary.contactId === id);
    if (decides) return { object, id, status: 'Synced', reason: 'OK', stage };
    return { object, id, status: 'Skipped', reason: 'SHARED_EXTERNAL_ID', stage: row.stage ?? stage };
  });
  const email = primary.email === null ? undefined : { token: primary.email, isOptedOut: primary.isOptedOut };
  return { externalId, stage, stageAt, primaryId: primary.id, aliases, email, records };
}

/** A contact with a stage decides, then an unconverted lead, then a converted one. */
function rank({ object, stage, isConverted }: Row): number {
  if (object === 'Contact') return stage === null ? 3 : 0;
  return isConverted ? 2 : 1;
}

function readRow(object: 'Lead' | 'Contact', row: FieldValues): Row {
  const text = (name: string) => (typeof row[name] === 'string' && row[name] !== '' ? row[name] : null);
  return {
    object,
    id: String(row.Id),
    stage: text(object === 'Lead' ? 'Status' : 'OneSignal_Lifecycle_Stage__c'),
    stageAt: Math.floor(Date.parse(String(row.OneSignal_Stage_Changed_At__c)) / 1000) || 0,
    isConverted: row.IsConverted === true,
    contactId: object === 'Lead' ? text('ConvertedContactId') : null,
    externalId: text('OneSignal_External_Id__c'),
    email: text('Email'),
    isOptedOut: row.HasOptedOutOfEmail === true,
  };
}
