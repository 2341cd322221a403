import type { FieldDef, ObjectDef, PicklistValue } from './schema.ts';
import { fieldMap, plainField } from './schema.ts';

interface PersonAccounts {
  personAccounts?: boolean;
}

const system = { system: true, permissionName: null } as const;
const always = { permissionName: null } as const;

const reference = (name: string, to: string, more: Partial<FieldDef> = {}): FieldDef =>
  plainField(name, 'reference', {
    length: 18,
    indexed: true,
    reference: { to, relationship: name.replace(/Id$/, '') },
    ...more,
  });

const text = (name: string, length: number, more: Partial<FieldDef> = {}): FieldDef =>
  plainField(name, 'string', { length, ...more });

export const picklistOf = (values: readonly string[]): PicklistValue[] =>
  values.map((value) => ({ value, label: value, active: true }));

const choice = (name: string, values: readonly string[], more: Partial<FieldDef> = {}): FieldDef =>
  plainField(name, 'picklist', { length: 255, picklist: picklistOf(values), ...more });

/** The fields that every stored row has. */
export function systemFields(): FieldDef[] {
  return [
    plainField('Id', 'id', { ...system, length: 18 }),
    plainField('IsDeleted', 'boolean', system),
    plainField('CreatedDate', 'datetime', system),
    reference('CreatedById', 'User', { ...system, indexed: false }),
    plainField('LastModifiedDate', 'datetime', system),
    reference('LastModifiedById', 'User', { ...system, indexed: false }),
    plainField('SystemModstamp', 'datetime', system),
  ];
}

const owner = (): FieldDef => reference('OwnerId', 'User', { ...always, indexed: false });

const personName = (): FieldDef[] => [
  text('Name', 121, system),
  text('FirstName', 40, always),
  text('LastName', 80, { ...always, required: true }),
];

const reach = (): FieldDef[] => [
  plainField('Email', 'email', { length: 80, indexed: true }),
  plainField('Phone', 'phone', { length: 40 }),
  plainField('MobilePhone', 'phone', { length: 40 }),
  plainField('HasOptedOutOfEmail', 'boolean'),
  plainField('DoNotCall', 'boolean'),
  text('Title', 128),
  choice('LeadSource', ['Web', 'Phone Inquiry', 'Partner Referral', 'Purchased List', 'Other']),
];

const industries = ['Agriculture', 'Banking', 'Consulting', 'Education', 'Retail', 'Technology', 'Other'];
const ratings = ['Hot', 'Warm', 'Cold'];

/** The Lead statuses of a new org, before the org's own are added. */
const defaultLeadStatuses: PicklistValue[] = [
  ...picklistOf(['Open - Not Contacted', 'Working - Contacted']),
  { value: 'Closed - Converted', label: 'Closed - Converted', active: true, converted: true },
  ...picklistOf(['Closed - Not Converted']),
];

const address = (prefix: string, permissionName: string): FieldDef[] => [
  text(`${prefix}City`, 40, { permissionName }),
  text(`${prefix}State`, 80, { permissionName }),
  text(`${prefix}PostalCode`, 20, { permissionName }),
  text(`${prefix}Country`, 80, { permissionName }),
];

function lead(): FieldDef[] {
  return [
    ...systemFields(),
    reference('MasterRecordId', 'Lead', system),
    ...personName(),
    text('Company', 255, { ...always, required: true }),
    choice('Status', [], {
      ...always,
      required: true,
      picklist: [...defaultLeadStatuses],
      defaultValue: 'Open - Not Contacted',
    }),
    ...reach(),
    choice('Industry', industries),
    choice('Rating', ratings),
    plainField('Website', 'url', { length: 255 }),
    plainField('NumberOfEmployees', 'int'),
    plainField('AnnualRevenue', 'double'),
    plainField('Description', 'textarea', { length: 32_000 }),
    ...address('', 'Address'),
    reference('RecordTypeId', 'RecordType', always),
    owner(),
    plainField('IsConverted', 'boolean', system),
    plainField('ConvertedDate', 'date', system),
    reference('ConvertedAccountId', 'Account', system),
    reference('ConvertedContactId', 'Contact', system),
    reference('ConvertedOpportunityId', 'Opportunity', system),
  ];
}

/** There only where person accounts are on: https://help.salesforce.com/s/articleView?id=sales.account_person_enable.htm */
const personAccount = (): FieldDef => plainField('IsPersonAccount', 'boolean', system);

function contact({ personAccounts = false }: PersonAccounts): FieldDef[] {
  return [
    ...(personAccounts ? [personAccount()] : []),
    ...systemFields(),
    reference('MasterRecordId', 'Contact', system),
    ...personName(),
    reference('AccountId', 'Account'),
    ...reach(),
    text('Department', 80),
    ...address('Mailing', 'MailingAddress'),
    reference('RecordTypeId', 'RecordType', always),
    owner(),
  ];
}

function account({ personAccounts = false }: PersonAccounts): FieldDef[] {
  return [
    ...(personAccounts ? [personAccount()] : []),
    ...systemFields(),
    reference('MasterRecordId', 'Account', system),
    text('Name', 255, { ...always, required: true }),
    choice('Type', ['Prospect', 'Customer', 'Partner', 'Other']),
    choice('Industry', industries),
    choice('Rating', ratings),
    plainField('Phone', 'phone', { length: 40 }),
    plainField('Website', 'url', { length: 255 }),
    plainField('NumberOfEmployees', 'int'),
    plainField('AnnualRevenue', 'double'),
    ...address('Billing', 'BillingAddress'),
    owner(),
  ];
}

function opportunity(): FieldDef[] {
  return [
    ...systemFields(),
    text('Name', 120, { ...always, required: true }),
    choice('StageName', ['Prospecting', 'Qualification', 'Negotiation/Review', 'Closed Won', 'Closed Lost'], {
      ...always,
      required: true,
    }),
    plainField('CloseDate', 'date', { ...always, required: true }),
    plainField('IsClosed', 'boolean', system),
    plainField('IsWon', 'boolean', system),
    plainField('Amount', 'double'),
    reference('AccountId', 'Account'),
    owner(),
  ];
}

function opportunityContactRole(): FieldDef[] {
  return [
    ...systemFields(),
    reference('OpportunityId', 'Opportunity', { ...always, required: true }),
    reference('ContactId', 'Contact', { ...always, required: true }),
    choice('Role', ['Decision Maker', 'Business User', 'Evaluator', 'Other']),
    plainField('IsPrimary', 'boolean'),
  ];
}

/** https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_recordtype.htm */
function recordType(): FieldDef[] {
  return [
    ...systemFields(),
    text('DeveloperName', 80, always),
    text('Name', 80, always),
    text('SobjectType', 40, always),
    plainField('IsActive', 'boolean', { ...always, defaultValue: true }),
  ];
}

function user(): FieldDef[] {
  return [
    ...systemFields(),
    text('Username', 80, { ...always, required: true }),
    text('Name', 121, system),
    plainField('Email', 'email', { ...always, length: 128 }),
    plainField('IsActive', 'boolean', { ...always, defaultValue: true }),
  ];
}

function organization(): FieldDef[] {
  return [
    ...systemFields(),
    text('Name', 80, always),
    text('InstanceName', 5, system),
    text('OrganizationType', 40, system),
    plainField('IsSandbox', 'boolean', system),
    // https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_organization.htm
    text('TimeZoneSidKey', 40, system),
  ];
}

/** https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_permissionsetassignment.htm */
function permissionSetAssignment(): FieldDef[] {
  return [...systemFields(), reference('AssigneeId', 'User', always), text('PermissionSetId', 18, always)];
}

/** https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_objectpermissions.htm */
function objectPermissions(): FieldDef[] {
  const rights = ['Read', 'Create', 'Edit', 'Delete', 'ViewAllRecords', 'ModifyAllRecords'];
  return [
    ...systemFields(),
    text('ParentId', 18, always),
    text('SobjectType', 40, always),
    ...rights.map((right) => plainField(`Permissions${right}`, 'boolean', always)),
  ];
}

/** https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_flowdefinitionview.htm */
function flowDefinitionView(): FieldDef[] {
  return [...systemFields(), text('ApiName', 255, always), plainField('IsActive', 'boolean', always)];
}

/** https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_leadstatus.htm */
function leadStatus(): FieldDef[] {
  return [
    ...systemFields(),
    text('ApiName', 255, always),
    text('MasterLabel', 255, always),
    plainField('IsConverted', 'boolean', always),
    plainField('SortOrder', 'double', always),
  ];
}

/** Standard objects, with the few of their fields that the product or its tests touch. */
export function standardObjects(options: PersonAccounts = {}): ObjectDef[] {
  const object = (
    name: string,
    prefix: string,
    fields: FieldDef[],
    kind: 'standard' | 'setup' = 'standard',
  ): ObjectDef => ({
    name,
    label: name,
    kind,
    prefix,
    fields: fieldMap(fields),
    publishBehavior: null,
  });
  return [
    object('Lead', '00Q', lead()),
    object('Contact', '003', contact(options)),
    object('Account', '001', account(options)),
    object('Opportunity', '006', opportunity()),
    object('OpportunityContactRole', '00K', opportunityContactRole()),
    object('User', '005', user()),
    object('RecordType', '012', recordType()),
    object('LeadStatus', '01J', leadStatus()),
    object('Organization', '00D', organization()),
    object('PermissionSetAssignment', '0Pa', permissionSetAssignment(), 'setup'),
    object('ObjectPermissions', '110', objectPermissions(), 'setup'),
    object('FlowDefinitionView', '3dd', flowDefinitionView(), 'setup'),
  ];
}
