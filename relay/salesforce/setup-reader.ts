import { z } from 'zod';
import { RelayError } from '../config/relay-error.ts';
import { OBJECT_NAMES, type ObjectName } from '../mapping/record.ts';
import { queryRows, type Row } from './query.ts';
import type { SalesforceSession } from './session.ts';
import { soqlText } from './soql.ts';

/** What admins and sales ops edit in Setup, as rows. */
export interface MappingRows {
  stages: Row[];
  tags: Row[];
}

/** Type of each field of an object by API name, one relationship step included (`Account.Industry`). */
export type FieldTypes = Readonly<Record<ObjectName, ReadonlyMap<string, string>>>;

const SETTINGS_FIELDS = [
  'Is_Paused__c',
  'Stage_Tag__c',
  'Stage_Changed_At_Tag__c',
  'Unmapped_Stage__c',
  'Missing_External_Id__c',
  'Sync_Email__c',
  'Sync_Phone__c',
  'Deleted_Record__c',
  'Max_Tags__c',
  'Unsubscribe_Opts_Out__c',
];

const STAGE_ROW_FIELDS = [
  'DeveloperName',
  'Object_Name__c',
  'Stage__c',
  'Lifecycle_Stage__c',
  'Custom_Event_Name__c',
  'Message_Template_Id__c',
  'Message_Channel__c',
  'Is_Active__c',
];

const TAG_ROW_FIELDS = [
  'DeveloperName',
  'Object_Name__c',
  'Field__c',
  'Kind__c',
  'Tag__c',
  'Transform__c',
  'Order__c',
  'Is_Active__c',
];

const DESCRIBE = z.object({
  fields: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      updateable: z.boolean().default(false),
      picklistValues: z.array(z.object({ value: z.string(), active: z.boolean() })).nullish(),
      relationshipName: z.string().nullish(),
      referenceTo: z.array(z.string()).nullish(),
    }),
  ),
});

/** The row of the org default, undefined when the org has none. Rejects with RelayError. */
export async function readSettingsRow(session: SalesforceSession): Promise<Row | undefined> {
  const owner = `SetupOwnerId = ${soqlText(session.orgId)}`;
  const rows = await queryRows(
    session,
    'query',
    `SELECT ${SETTINGS_FIELDS.join(', ')} FROM OneSignal_Settings__c WHERE ${owner}`,
  );
  return rows[0];
}

/**
 * The org's time zone by its IANA name, UTC where Salesforce does not tell. Rejects with RelayError.
 * https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_organization.htm
 */
export async function readTimeZone(session: SalesforceSession): Promise<string> {
  const [row] = await queryRows(session, 'query', 'SELECT TimeZoneSidKey FROM Organization');
  const name = row?.TimeZoneSidKey;
  return typeof name === 'string' && isTimeZone(name) ? name : 'UTC';
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

export async function readMappingRows(session: SalesforceSession): Promise<MappingRows> {
  const stages = await queryRows(
    session,
    'query',
    `SELECT ${STAGE_ROW_FIELDS.join(', ')} FROM OneSignal_Stage_Mapping__mdt`,
  );
  const tags = await queryRows(session, 'query', `SELECT ${TAG_ROW_FIELDS.join(', ')} FROM OneSignal_Tag_Mapping__mdt`);
  return { stages, tags };
}

/**
 * Field types of both objects. Relationships are followed only for the names that are asked for, since each parent
 * object costs a call.
 */
export async function readFieldTypes(
  session: SalesforceSession,
  relationships: ReadonlySet<string>,
): Promise<FieldTypes> {
  const types: Record<ObjectName, Map<string, string>> = { Lead: new Map(), Contact: new Map() };
  const parents = new Map<string, Described>();
  for (const object of OBJECT_NAMES) {
    for (const field of (await describe(session, object)).fields) {
      types[object].set(field.name, field.type);
      const parent = field.referenceTo?.length === 1 ? field.referenceTo[0] : undefined;
      if (parent === undefined || !relationships.has(field.relationshipName ?? '')) continue;
      const described = parents.get(parent) ?? (await describe(session, parent));
      parents.set(parent, described);
      for (const { name, type } of described.fields) types[object].set(`${field.relationshipName}.${name}`, type);
    }
  }
  return types;
}

/** What the integration user may do with a field, by API name; one that it may not read is not there. */
export type FieldRights = ReadonlyMap<string, { isEditable: boolean; activeValues: readonly string[] }>;

/** @throws RelayError */
export async function readFieldRights(session: SalesforceSession, object: ObjectName): Promise<FieldRights> {
  const { fields } = await describe(session, object);
  return new Map(
    fields.map(({ name, updateable, picklistValues }) => {
      const activeValues = (picklistValues ?? []).filter(({ active }) => active).map(({ value }) => value);
      return [name, { isEditable: updateable, activeValues }];
    }),
  );
}

type Described = z.infer<typeof DESCRIBE>;

async function describe(session: SalesforceSession, object: string): Promise<Described> {
  const reply = DESCRIBE.safeParse(
    await session.request({ call: 'describe', method: 'GET', url: `/sobjects/${object}/describe` }),
  );
  if (!reply.success)
    throw new RelayError('SALESFORCE_REQUEST_FAILED', `Salesforce described ${object} in a form that is not known.`);
  return reply.data;
}
