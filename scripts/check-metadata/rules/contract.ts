import type { Finding } from '../finding.ts';
import { filesOf, isExample, type MetadataPackage, picklistValues } from '../load-package.ts';
import { child, descendants, textOf } from '../xml-element.ts';

/*
 * What an org would take in many shapes, but the relay, dashboards and admins rely on in one. Written as
 * `Type`, `Type(length)` or `Picklist(values)`; a formula is written `=Type`.
 */
const STATUS_FIELDS = {
  OneSignal_External_Id__c: 'Text(128)',
  OneSignal_Stage_Changed_At__c: 'DateTime',
  OneSignal_Sync_Requested_At__c: 'DateTime',
  OneSignal_Sync_Answered_At__c: 'DateTime',
  OneSignal_Sync_Status__c: 'Picklist(Synced, Skipped, Failed)',
  OneSignal_Sync_Reason__c: 'Text(40)',
  OneSignal_Sync_Detail__c: 'Text(255)',
  OneSignal_Synced_Stage__c: 'Text(255)',
  OneSignal_Synced_At__c: 'DateTime',
  OneSignal_Id__c: 'Text(36)',
  OneSignal_Last_Engaged_At__c: 'DateTime',
  OneSignal_Last_Message__c: 'Text(255)',
  OneSignal_Opens__c: 'Number',
  OneSignal_Clicks__c: 'Number',
  OneSignal_Unsubscribed__c: 'Checkbox',
  OneSignal_Stage_Influenced_By__c: 'Text(255)',
  OneSignal_Sync_Due__c: '=Checkbox',
  OneSignal_Sync_State__c: '=Text',
  OneSignal_Sync_Overdue__c: '=Checkbox',
};
const OBJECTS = 'Picklist(Lead, Contact)';

const CONTRACT: Record<string, Record<string, string>> = {
  Lead: STATUS_FIELDS,
  Contact: { ...STATUS_FIELDS, OneSignal_Lifecycle_Stage__c: 'Picklist' },
  OneSignal_Stage_Change__e: {
    Record_Id__c: 'Text(18)',
    Object_Name__c: 'Text(40)',
    Change_Type__c: 'Text(20)',
    Stage__c: 'Text(255)',
    Prior_Stage__c: 'Text(255)',
    Contact_Id__c: 'Text(18)',
    Changed_At__c: 'DateTime',
  },
  OneSignal_Settings__c: {
    Is_Paused__c: 'Checkbox',
    Stage_Tag__c: 'Text',
    Stage_Changed_At_Tag__c: 'Text',
    Unmapped_Stage__c: 'Text',
    Missing_External_Id__c: 'Text',
    Sync_Email__c: 'Checkbox',
    Sync_Phone__c: 'Checkbox',
    Deleted_Record__c: 'Text',
    Max_Tags__c: 'Number',
    Unsubscribe_Opts_Out__c: 'Checkbox',
  },
  OneSignal_Stage_Mapping__mdt: {
    Object_Name__c: OBJECTS,
    Stage__c: 'Text(255)',
    Lifecycle_Stage__c: 'Text',
    Custom_Event_Name__c: 'Text',
    Message_Template_Id__c: 'Text',
    Message_Channel__c: 'Picklist',
    Is_Active__c: 'Checkbox',
  },
  OneSignal_Tag_Mapping__mdt: {
    Object_Name__c: OBJECTS,
    Field__c: 'Text',
    Kind__c: 'Picklist(Tag, Alias, EmailConsent, PhoneConsent)',
    Tag__c: 'Text',
    Transform__c: 'Picklist(text, number, boolean, unix_seconds, lowercase, slug)',
    Order__c: 'Number',
    Is_Active__c: 'Checkbox',
  },
};

const CHANGE_TYPES = ['Created', 'StageChanged', 'DetailsChanged', 'Converted', 'Deleted', 'ResyncRequested'];

/** The fields of the public contract are there, of the promised type, length and values; events say known things. */
export function checkContract(loaded: MetadataPackage): Finding[] {
  const fields = Object.entries(CONTRACT).flatMap(([object, contract]) =>
    Object.entries(contract).flatMap(([name, wanted]) => checkField(loaded, object, name, wanted)),
  );
  return [...fields, ...checkEventLiterals(loaded)];
}

function checkField(loaded: MetadataPackage, object: string, name: string, wanted: string): Finding[] {
  const field = loaded.fields.get(object)?.get(name);
  if (field === undefined) {
    return [{ rule: 'contract', file: `objects/${object}`, message: `${object} must have a field ${name}` }];
  }
  const length = textOf(field.element, 'length');
  const type = `${field.formula === undefined ? '' : '='}${field.type}`;
  const detail = field.type === 'Picklist' ? picklistValues(field).join(', ') : (length ?? '');
  if (wanted === type || wanted === `${type}(${detail})`) return [];
  return [{ rule: 'contract', file: field.file, message: `${name} must be ${wanted}, not ${type}(${detail})` }];
}

/** The change types and object names that the shipped flows write into the event. */
function checkEventLiterals(loaded: MetadataPackage): Finding[] {
  const flows = filesOf(loaded, 'flow').filter((flow) => !isExample(flow));
  return flows.flatMap((flow) => {
    const object = textOf(child(flow.root, 'start'), 'object') ?? '';
    const allowed: Record<string, string[]> = {
      Change_Type__c: CHANGE_TYPES,
      Change_Type: CHANGE_TYPES,
      Object_Name__c: [object],
    };
    return descendants(flow.root).flatMap((item) => {
      const target = textOf(item, 'field') ?? textOf(item, 'assignToReference') ?? '';
      const literal = textOf(child(item, 'value'), 'stringValue');
      if (literal === undefined || allowed[target]?.includes(literal) !== false) return [];
      return [{ rule: 'contract', file: flow.path, message: `${target} cannot be "${literal}"` }];
    });
  });
}
