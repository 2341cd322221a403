import type { ConvertOptions, FieldValues, OrgUser } from '../org-contract.ts';
import { OrgRefusal } from '../org-contract.ts';
import type { OrgState } from './org-state.ts';
import { SaveFailure } from './org-state.ts';
import { ALL_FLOWS, saveRow } from './save-row.ts';
import type { ObjectDef } from './schema.ts';
import { fieldOf } from './schema.ts';
import { Transaction } from './transaction.ts';
import { rowToChange } from './write-rows.ts';

/** Standard field mapping of a conversion. Custom fields are not mapped unless an administrator says so. */
const toContact: Record<string, string> = {
  FirstName: 'FirstName',
  LastName: 'LastName',
  Email: 'Email',
  Phone: 'Phone',
  MobilePhone: 'MobilePhone',
  Title: 'Title',
  LeadSource: 'LeadSource',
  HasOptedOutOfEmail: 'HasOptedOutOfEmail',
  DoNotCall: 'DoNotCall',
  City: 'MailingCity',
  State: 'MailingState',
  PostalCode: 'MailingPostalCode',
  Country: 'MailingCountry',
};
const toAccount: Record<string, string> = {
  Company: 'Name',
  Industry: 'Industry',
  Rating: 'Rating',
  Phone: 'Phone',
  Website: 'Website',
  NumberOfEmployees: 'NumberOfEmployees',
  AnnualRevenue: 'AnnualRevenue',
  City: 'BillingCity',
  Country: 'BillingCountry',
};

/**
 * Converts a lead: account, contact, then the lead's own update with IsConverted, in one transaction. The lead's
 * after-save flows always run, its before-save flows and validation rules only with *Require Validation for Converted
 * Leads*. https://salesforce.stackexchange.com/questions/3956
 */
export function convertLead(
  state: OrgState,
  leadId: string,
  as: OrgUser,
  options: ConvertOptions = {},
): { leadId: string; contactId: string; accountId: string } {
  const transaction = new Transaction(state);
  try {
    const result = convert(state, transaction, leadId, as, options);
    transaction.commit();
    return result;
  } catch (error) {
    transaction.rollBack();
    if (error instanceof SaveFailure) throw new OrgRefusal(error.row.statusCode, error.message);
    throw error;
  }
}

function convert(
  state: OrgState,
  transaction: Transaction,
  leadId: string,
  as: OrgUser,
  options: ConvertOptions,
): { leadId: string; contactId: string; accountId: string } {
  const [leads, contacts, accounts] = ['Lead', 'Contact', 'Account'].map((name) => known(state, name)) as [
    ObjectDef,
    ObjectDef,
    ObjectDef,
  ];
  const lead = rowToChange(state, leads, leadId, as, 'edit');
  if (lead.IsConverted === true) {
    throw new SaveFailure('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead');
  }
  const common = {
    state,
    transaction,
    as,
    options: { autoAssign: false, allowDuplicates: true },
    ...ALL_FLOWS,
  };
  const mapped = mapFields(lead, toContact);
  let contact: FieldValues;
  let accountId: string;
  if (options.contactId === undefined) {
    const values = { ...mapFields(lead, toAccount), OwnerId: lead.OwnerId ?? as.id };
    accountId = String(saveRow({ ...common, object: accounts, values, prior: null }).Id);
    const own = { ...mapped, AccountId: accountId, OwnerId: lead.OwnerId ?? as.id };
    contact = saveRow({ ...common, object: contacts, values: own, prior: null });
  } else {
    const prior = rowToChange(state, contacts, options.contactId, as, 'edit');
    if (typeof prior.AccountId !== 'string') {
      throw new SaveFailure('INVALID_CROSS_REFERENCE_KEY', 'the contact has no account');
    }
    accountId = prior.AccountId;
    contact = fillContact(prior, mapped, (values) => saveRow({ ...common, object: contacts, values, prior }));
  }
  const status = convertedStatus(leads, options.convertedStatus);
  const values: FieldValues = {
    Status: status,
    IsConverted: true,
    ConvertedDate: new Date(state.clock()).toISOString().slice(0, 10),
    ConvertedAccountId: accountId,
    ConvertedContactId: contact.Id ?? null,
  };
  const runsBeforeSave = state.options.requireValidationForConvertedLeads;
  const runsAfterSave = state.options.flowsAtConversion;
  const saved = saveRow({ ...common, object: leads, values, prior: lead, runsBeforeSave, runsAfterSave });
  return { leadId: String(saved.Id), contactId: String(contact.Id), accountId };
}

/** Only blank fields of an existing contact are filled; without any there is no update at all. */
function fillContact(prior: FieldValues, mapped: FieldValues, save: (values: FieldValues) => FieldValues): FieldValues {
  const values: FieldValues = {};
  for (const [field, value] of Object.entries(mapped)) {
    if (value !== null && value !== false && (prior[field] ?? null) === null) values[field] = value;
  }
  return Object.keys(values).length > 0 ? save(values) : prior;
}

function mapFields(lead: FieldValues, mapping: Record<string, string>): FieldValues {
  const values: FieldValues = {};
  for (const [from, to] of Object.entries(mapping)) values[to] = lead[from] ?? null;
  return values;
}

function known(state: OrgState, name: string): ObjectDef {
  const object = state.schema.object(name);
  if (!object) throw new Error(`no object ${name}`);
  return object;
}

function convertedStatus(leads: ObjectDef, wanted: string | undefined): string {
  const statuses = (fieldOf(leads, 'Status')?.picklist ?? []).filter((entry) => entry.converted === true);
  const status = wanted === undefined ? statuses[0] : statuses.find((entry) => entry.value === wanted);
  if (!status) throw new SaveFailure('INVALID_STATUS', `invalid convertedStatus: ${wanted ?? ''}`, ['Status']);
  return status.value;
}
