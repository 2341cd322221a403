import { hash } from 'node:crypto';
import type { AddressType } from './address-type.ts';
import { isObjectName, type ObjectName, RECORD_ALIASES } from './record.ts';
import { isReservedTagKey } from './reserved-tag-keys.ts';
import type { Settings } from './settings.ts';
import { TRANSFORMS, type Transform } from './transforms.ts';

/** One tag or alias that a field gives a user. */
export interface FieldMapping {
  object: ObjectName;
  field: string;
  kind: 'Tag' | 'Alias';
  /** Tag key or alias label. */
  key: string;
  transform: Transform;
  order: number;
}

/** A checkbox of the org by which somebody agrees to get emails, or SMS. */
export interface ConsentMapping {
  object: ObjectName;
  field: string;
  type: AddressType;
}

/** A message of a template, and how it goes out. */
export interface MessageMapping {
  templateId: string;
  channel: MessageChannel;
}

const MESSAGE_CHANNELS = ['push', 'email', 'sms'] as const;
export type MessageChannel = (typeof MESSAGE_CHANNELS)[number];

/** The active rows of both mapping types, read and checked. */
export interface Mapping {
  /** Lifecycle stage by object and raw stage. */
  stages: Readonly<Record<ObjectName, ReadonlyMap<string, string>>>;
  hasStageRows: boolean;
  /** Name of the custom event that a change into a stage triggers, by object and raw stage. */
  customEvents: Readonly<Record<ObjectName, ReadonlyMap<string, string>>>;
  /** The message that a change into a stage sends, by object and raw stage. */
  messages: Readonly<Record<ObjectName, ReadonlyMap<string, MessageMapping>>>;
  fields: readonly FieldMapping[];
  /** Checkboxes without which the person does not agree to get emails or SMS. */
  consents: readonly ConsentMapping[];
  /** The org's, by IANA name: in it a day of the org begins. */
  timeZone: string;
  /** Changes whenever rows or settings change what a plan may hold. */
  version: string;
}

export type MappingRow = Readonly<Record<string, unknown>>;

/** What Salesforce says a field is; undefined when the object has no such field, or the integration user may not read it. */
export type FieldTypeOf = (object: ObjectName, field: string) => string | undefined;

/** Field types that have no single value to send. */
const UNFIT_TYPES = new Set(['multipicklist', 'address', 'location', 'base64', 'complexvalue', 'anyType']);

/** Labels that the relay or OneSignal manages. */
const MANAGED_LABELS = new Set(['external_id', 'onesignal_id', ...RECORD_ALIASES]);

/** `__proto__` names no field of an object in JavaScript, ours or an app's. */
const ALIAS_LABEL = /^(?!.*\.\.|__proto__$)[^/?#&=\s\p{Cc}]{1,128}$/u;

/**
 * Reads the rows of both mapping types. A row that can't work is left out and named in a warning; the others work on.
 * Of two rows for one stage, or for one tag, the first by developer name counts.
 */
export function readMapping(
  rows: { stages: readonly MappingRow[]; tags: readonly MappingRow[] },
  settings: Settings,
  fieldTypeOf: FieldTypeOf,
  timeZone: string,
): { mapping: Mapping; warnings: string[] } {
  const warnings: string[] = [];
  const { stages, customEvents, messages } = readStageRows(rows.stages, warnings);
  const { fields, consents } = readTagRows(rows.tags, settings, fieldTypeOf, warnings);
  const hasStageRows = stages.Lead.size + stages.Contact.size > 0;
  const version = versionOf([
    [...stages.Lead],
    [...stages.Contact],
    fields,
    consents,
    // What says nothing of what OneSignal is to hold.
    { ...settings, isPaused: undefined, unsubscribeOptsOut: undefined },
    zoneOf(fields, timeZone),
  ]);
  return { mapping: { stages, hasStageRows, customEvents, messages, fields, consents, timeZone, version }, warnings };
}

/** It changes a plan only where a date may become seconds. */
function zoneOf(fields: readonly FieldMapping[], timeZone: string): string | undefined {
  return fields.some(({ transform }) => transform === 'unix_seconds') ? timeZone : undefined;
}

function readStageRows(rows: readonly MappingRow[], warnings: string[]) {
  const stages = byObject<string>();
  const customEvents = byObject<string>();
  const messages = byObject<MessageMapping>();
  for (const row of activeByName(rows)) {
    const name = `OneSignal_Stage_Mapping__mdt.${nameOf(row)}`;
    const { Object_Name__c: object, Stage__c: stage, Lifecycle_Stage__c: lifecycleStage } = row;
    if (!isObjectName(object) || !isText(stage) || !isText(lifecycleStage)) {
      warnings.push(`${name} needs an object (Lead or Contact), a stage and a lifecycle stage: it is left out`);
      continue;
    }
    if (stages[object].has(stage)) {
      warnings.push(`${name} names a ${object} stage that another row maps already: it is left out`);
      continue;
    }
    stages[object].set(stage, lifecycleStage);
    const message = isText(row.Message_Template_Id__c) ? readMessage(row) : undefined;
    if (typeof message === 'string') warnings.push(`${name}.${message}: no message is sent`);
    else if (message !== undefined) messages[object].set(stage, message);
    const eventName = isText(row.Custom_Event_Name__c) ? row.Custom_Event_Name__c.trim() : undefined;
    if (eventName !== undefined && EVENT_NAME.test(eventName)) customEvents[object].set(stage, eventName);
    else if (eventName !== undefined)
      warnings.push(
        `${name}.Custom_Event_Name__c has more than 128 characters, or begins with os. or os__: no event is sent`,
      );
  }
  return { stages, customEvents, messages };
}

/** @returns what is wrong with the row where it is a text */
function readMessage({ Message_Template_Id__c: id, Message_Channel__c: given }: MappingRow): MessageMapping | string {
  const templateId = String(id).trim();
  if (!UUID.test(templateId)) return 'Message_Template_Id__c is not the id of a template';
  const channel = isText(given) ? MESSAGE_CHANNELS.find((one) => one === given) : 'push';
  return channel === undefined
    ? `Message_Channel__c is not one of ${MESSAGE_CHANNELS.join(', ')}`
    : { templateId, channel };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function byObject<T>(): Record<ObjectName, Map<string, T>> {
  return { Lead: new Map(), Contact: new Map() };
}

/** https://documentation.onesignal.com/reference/create-custom-events; names that begin with `os` are OneSignal's own. */
const EVENT_NAME = /^(?!os\.|os__).{1,128}$/su;

function readTagRows(
  rows: readonly MappingRow[],
  settings: Settings,
  fieldTypeOf: FieldTypeOf,
  warnings: string[],
): Pick<Mapping, 'fields' | 'consents'> {
  const fields: FieldMapping[] = [];
  const consents: ConsentMapping[] = [];
  const taken = new Set<string>();
  for (const row of activeByName(rows)) {
    const name = `OneSignal_Tag_Mapping__mdt.${nameOf(row)}`;
    const consent = CONSENT_KINDS.get(row.Kind__c);
    const read =
      consent === undefined ? readTagRow(row, settings, fieldTypeOf) : readConsentRow(row, consent, fieldTypeOf);
    if (typeof read === 'string') {
      warnings.push(`${name} ${read}: it is left out`);
      continue;
    }
    if ('type' in read) {
      consents.push(read);
      continue;
    }
    const slot = `${read.object} ${read.kind} ${read.key}`;
    if (taken.has(slot)) {
      warnings.push(
        `${name} gives ${read.object} the ${read.kind.toLowerCase()} "${read.key}" that another row gives already: it is left out`,
      );
      continue;
    }
    taken.add(slot);
    fields.push(read);
  }
  return { fields: fields.sort((a, b) => a.order - b.order), consents };
}

const CONSENT_KINDS: ReadonlyMap<unknown, AddressType> = new Map([
  ['EmailConsent', 'Email'],
  ['PhoneConsent', 'SMS'],
]);

/** A row that can't work must not let mails go out: without its field nobody agrees. @returns what is wrong with it */
function readConsentRow(row: MappingRow, type: AddressType, fieldTypeOf: FieldTypeOf): ConsentMapping | string {
  const { Object_Name__c: object, Field__c: field } = row;
  if (!isObjectName(object) || !isText(field)) return 'needs an object (Lead or Contact) and a field';
  const fieldType = fieldTypeOf(object, field);
  if (fieldType !== undefined && fieldType !== 'boolean')
    return `names the field ${object}.${field}, which is no checkbox`;
  return { object, field, type };
}

/** @returns the row, or what is wrong with it */
function readTagRow(row: MappingRow, settings: Settings, fieldTypeOf: FieldTypeOf): FieldMapping | string {
  const {
    Object_Name__c: object,
    Field__c: field,
    Kind__c: kind,
    Tag__c: key,
    Transform__c: transform,
    Order__c: order,
  } = row;
  if (!isObjectName(object) || !isText(field)) return 'needs an object (Lead or Contact) and a field';
  if (kind !== 'Tag' && kind !== 'Alias') return 'needs a kind: Tag, Alias, EmailConsent or PhoneConsent';
  if (!isText(key)) return 'needs a tag key or alias label';
  const wrongKey = kind === 'Tag' ? wrongTagKey(key, settings) : wrongAliasLabel(key);
  if (wrongKey !== undefined) return wrongKey;
  const known = TRANSFORMS.find((name) => name === (transform ?? 'text'));
  if (known === undefined) return `needs a transform: ${TRANSFORMS.join(', ')}`;
  if (field.split('.').length > 2) return 'goes further than one relationship step';
  const type = fieldTypeOf(object, field);
  if (type === undefined)
    return `names the field ${object}.${field}, which is missing or hidden from the integration user`;
  if (UNFIT_TYPES.has(type)) return `names the field ${object}.${field}, whose type (${type}) can’t be one value`;
  return {
    object,
    field,
    kind,
    key,
    transform: known,
    order: typeof order === 'number' ? order : Number.MAX_SAFE_INTEGER,
  };
}

function wrongTagKey(key: string, settings: Settings): string | undefined {
  if (isReservedTagKey(key)) return `uses the tag key "${key}", which OneSignal reserves`;
  if (key === settings.stageTag || key === settings.stageChangedAtTag)
    return `uses the tag key "${key}", which holds the stage`;
  return undefined;
}

function wrongAliasLabel(label: string): string | undefined {
  if (MANAGED_LABELS.has(label)) return `uses the alias label "${label}", which is managed already`;
  return ALIAS_LABEL.test(label) ? undefined : 'uses an alias label with characters that OneSignal does not take';
}

function activeByName(rows: readonly MappingRow[]): MappingRow[] {
  return rows.filter((row) => row.Is_Active__c === true).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function nameOf(row: MappingRow): string {
  return typeof row.DeveloperName === 'string' ? row.DeveloperName : '?';
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function versionOf(parts: unknown): string {
  return hash('sha256', JSON.stringify(parts), 'hex').slice(0, 16);
}
