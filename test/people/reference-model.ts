import type { FieldValues } from '../emulators/salesforce/org-contract.ts';

/**
 * What OneSignal and the records must say, computed from Salesforce's final state alone and from the rules of
 * docs/identity.md: written without a look at the relay's code, which it judges.
 */
export interface Expected {
  users: Map<string, ExpectedUser>;
  /** By record id; of records that are not deleted. */
  records: Map<string, ExpectedRecord>;
}

export interface ExpectedUser {
  externalId: string;
  /** The records that stand for it, the one that decides first. */
  records: string[];
  stage: string | null;
  /** Unix seconds. A lead that was won came to its stage by the conversion, of which only the event tells. */
  stageAt: readonly number[];
  salesforceId: string;
  leadId: string | undefined;
  /** Email of the record that decides, or of its contact. */
  email: string | undefined;
  agrees: boolean;
}

export interface ExpectedRecord {
  externalId: string;
  isDeciding: boolean;
  stage: string | null;
}

/** @param rows all, those in the recycle bin too @param wonAt unix seconds at which each lead was converted */
export function expectedOf(rows: readonly FieldValues[], wonAt: ReadonlyMap<string, number>): Expected {
  const people = rows.map(personOf);
  const byId = new Map(people.map((person) => [person.id, person]));
  const groups = Map.groupBy(
    people.filter(({ isDeleted }) => !isDeleted),
    (person) => externalIdOf(person, people, byId),
  );
  const expected: Expected = { users: new Map(), records: new Map() };
  for (const [externalId, members] of groups) {
    const user = userOf(externalId, members.sort(whoDecides), byId, wonAt);
    expected.users.set(externalId, user);
    const [deciding] = members;
    for (const { id, isContact, stage } of members) {
      const isDeciding = id === deciding?.id || (isContact && stage === null && id === contactIdOf(deciding, byId));
      expected.records.set(id, { externalId, isDeciding, stage: isDeciding ? user.stage : stage });
    }
  }
  return expected;
}

interface Person {
  id: string;
  isContact: boolean;
  isDeleted: boolean;
  masterId: string | null;
  externalId: string | null;
  stage: string | null;
  stageAt: number | undefined;
  contactId: string | null;
  convertedOn: string;
  email: string | undefined;
  isOptedOut: boolean;
  /** A contact without a stage rings for nothing: the relay learns of it only through a record that does. */
  isKnown: boolean;
}

function personOf(row: FieldValues): Person {
  const id = String(row.Id);
  const isContact = id.startsWith('003');
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
  const at = text(row.OneSignal_Stage_Changed_At__c);
  return {
    id,
    isContact,
    isDeleted: row.IsDeleted === true,
    masterId: text(row.MasterRecordId),
    externalId: text(row.OneSignal_External_Id__c),
    stage: text(isContact ? row.OneSignal_Lifecycle_Stage__c : row.Status),
    stageAt: at === null ? undefined : Math.floor(Date.parse(at) / 1000),
    contactId: text(row.ConvertedContactId),
    convertedOn: text(row.ConvertedDate) ?? '9999',
    email: text(row.Email)?.toLowerCase(),
    isOptedOut: row.HasOptedOutOfEmail === true,
    isKnown: text(row.OneSignal_Sync_Requested_At__c) !== null || text(row.OneSignal_Sync_Status__c) !== null,
  };
}

type ById = ReadonlyMap<string, Person>;

/** The living contact that a lead was won as, through merges; undefined where there is none. */
function contactIdOf(lead: Person | undefined, byId: ById): string | undefined {
  let contact = byId.get(lead?.contactId ?? '');
  while (contact?.isDeleted === true && contact.masterId !== null) contact = byId.get(contact.masterId);
  return contact === undefined || contact.isDeleted ? undefined : contact.id;
}

function externalIdOf(person: Person, people: readonly Person[], byId: ById): string {
  const contactId = person.isContact ? person.id : contactIdOf(person, byId);
  if (contactId === undefined) return person.externalId ?? person.id;
  const leads = people
    .filter((one) => !one.isDeleted && !one.isContact && contactIdOf(one, byId) === contactId)
    .sort((a, b) =>
      a.convertedOn === b.convertedOn ? (a.id < b.id ? -1 : 1) : a.convertedOn < b.convertedOn ? -1 : 1,
    );
  const explicit = byId.get(contactId)?.externalId ?? leads.find(({ externalId }) => externalId !== null)?.externalId;
  return explicit ?? leads[0]?.id ?? contactId;
}

function whoDecides(a: Person, b: Person): number {
  const rank = ({ isContact, stage, contactId }: Person) =>
    isContact ? (stage === null ? 3 : 0) : contactId === null ? 1 : 2;
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  const [timeA, timeB] = [a.stageAt ?? 0, b.stageAt ?? 0];
  return timeA === timeB ? (a.id < b.id ? -1 : 1) : timeB - timeA;
}

function userOf(
  externalId: string,
  members: readonly Person[],
  byId: ById,
  wonAt: ReadonlyMap<string, number>,
): ExpectedUser {
  const [deciding] = members;
  if (deciding === undefined) throw new Error('a user without a record');
  const salesforceId = deciding.contactId === null ? deciding.id : (contactIdOf(deciding, byId) ?? deciding.id);
  const lead = members.filter(({ isContact }) => !isContact).find((one) => contactIdOf(one, byId) === salesforceId);
  const contact = members.find(({ id }) => id === contactIdOf(deciding, byId));
  const speaking = members.filter((one) => !members.some(({ id }) => id === contactIdOf(one, byId)));
  return {
    externalId,
    records: members.map(({ id }) => id),
    stage: deciding.stage,
    stageAt: [deciding.stageAt, wonAt.get(deciding.id)].filter((at) => at !== undefined),
    salesforceId,
    leadId: lead?.id,
    email: (contact ?? deciding).email,
    agrees: speaking.every(({ isOptedOut, isKnown }) => !isOptedOut || !isKnown),
  };
}
