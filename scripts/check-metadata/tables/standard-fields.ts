/*
 * The standard objects and fields that the package names. Each by its type and by whether it can carry field
 * permissions: system and always-required fields can't, and a permission set that names one fails to deploy.
 * https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_lead.htm
 */

export interface StandardField {
  type: 'Id' | 'Text' | 'Picklist' | 'Checkbox' | 'DateTime' | 'Date' | 'Number' | 'Lookup';
  access: 'grantable' | 'required' | 'system';
  /** For a lookup: the object it points to. */
  referenceTo?: string;
}

const system = (type: StandardField['type'], referenceTo?: string): StandardField =>
  referenceTo === undefined ? { type, access: 'system' } : { type, access: 'system', referenceTo };
const grantable = (type: StandardField['type']): StandardField => ({ type, access: 'grantable' });
const required = (type: StandardField['type']): StandardField => ({ type, access: 'required' });

const ON_ALL: Record<string, StandardField> = {
  Id: system('Id'),
  IsDeleted: system('Checkbox'),
  CreatedDate: system('DateTime'),
  CreatedById: system('Lookup', 'User'),
  LastModifiedDate: system('DateTime'),
  LastModifiedById: system('Lookup', 'User'),
  SystemModstamp: system('DateTime'),
};

const ON_PEOPLE: Record<string, StandardField> = {
  ...ON_ALL,
  MasterRecordId: system('Lookup'),
  OwnerId: required('Lookup'),
  LastName: required('Text'),
  FirstName: system('Text'),
  Name: required('Text'),
  Email: grantable('Text'),
  Phone: grantable('Text'),
  MobilePhone: grantable('Text'),
  HasOptedOutOfEmail: grantable('Checkbox'),
  DoNotCall: grantable('Checkbox'),
  LeadSource: grantable('Picklist'),
  Title: grantable('Text'),
};

export const STANDARD_FIELDS: Record<string, Record<string, StandardField>> = {
  Lead: {
    ...ON_PEOPLE,
    // Always required on a lead. Whether it could carry permissions was never tried on an org; without them it is readable.
    Status: required('Picklist'),
    Company: required('Text'),
    IsConverted: system('Checkbox'),
    ConvertedContactId: system('Lookup', 'Contact'),
    ConvertedAccountId: system('Lookup', 'Account'),
    ConvertedDate: system('Date'),
    Address: grantable('Text'),
    Industry: grantable('Picklist'),
    Rating: grantable('Picklist'),
  },
  Contact: {
    ...ON_PEOPLE,
    MailingAddress: grantable('Text'),
    AccountId: { type: 'Lookup', access: 'grantable', referenceTo: 'Account' },
  },
  Account: { ...ON_ALL, Name: required('Text'), Industry: grantable('Picklist') },
  Opportunity: {
    ...ON_ALL,
    StageName: required('Picklist'),
    IsWon: system('Checkbox'),
    IsClosed: system('Checkbox'),
    AccountId: { type: 'Lookup', access: 'grantable', referenceTo: 'Account' },
  },
  OpportunityContactRole: {
    ...ON_ALL,
    OpportunityId: required('Lookup'),
    ContactId: required('Lookup'),
    IsPrimary: required('Checkbox'),
  },
};

/** The user permissions that our permission sets may grant; another name is a slip or asks for too much. */
export const USER_PERMISSIONS = ['ApiEnabled', 'AllowViewEditConvertedLeads', 'ViewSetup'];
