import { parseQuery, type Query, type WhereClause } from '@jetstreamapp/soql-parser-js';
import type { Finding } from '../finding.ts';
import { type CustomField, filesOf, type MetadataFile, type MetadataPackage } from '../load-package.ts';
import { FILTER_OPERATORS, FIRST_VERSION_WITH_FILTERS } from '../tables/event-channel-table.ts';
import { textOf } from '../xml-element.ts';

/** A channel is one for events, and its members are events that are there, filtered by what they carry. */
export function checkEventChannels(loaded: MetadataPackage): Finding[] {
  const channels = filesOf(loaded, 'platformEventChannel').flatMap((file) => findings(file, problemsOfChannel(file)));
  const members = filesOf(loaded, 'platformEventChannelMember').flatMap((file) =>
    findings(file, problemsOfMember(loaded, file)),
  );
  return [...channels, ...members];
}

function findings({ path: file }: MetadataFile, messages: readonly string[]): Finding[] {
  return messages.map((message) => ({ rule: 'event-channel', file, message }));
}

function problemsOfChannel({ fullName, root }: MetadataFile): string[] {
  return [
    ...(fullName.endsWith('__chn') ? [] : [`the name of a custom channel ends in __chn, unlike ${fullName}`]),
    ...(textOf(root, 'channelType') === 'data' ? ['a channel of change data takes no platform event'] : []),
  ];
}

function problemsOfMember(loaded: MetadataPackage, { root }: MetadataFile): string[] {
  const [channel, event] = [textOf(root, 'eventChannel') ?? '', textOf(root, 'selectedEntity') ?? ''];
  const filter = textOf(root, 'filterExpression');
  const isThere = filesOf(loaded, 'platformEventChannel').some(({ fullName }) => fullName === channel);
  const definition = loaded.objects.get(event);
  const isHighVolume = definition !== undefined && textOf(definition.root, 'eventType') === 'HighVolume';
  if (!isHighVolume) return [`${event} is no high-volume event of the package`];
  return [
    ...(isThere ? [] : [`there is no channel ${channel}`]),
    ...(filter === undefined ? [] : problemsOfFilter(loaded, event, filter)),
  ];
}

function problemsOfFilter(loaded: MetadataPackage, event: string, filter: string): string[] {
  const version = Number(loaded.sourceApiVersion ?? FIRST_VERSION_WITH_FILTERS);
  const isOld = version < FIRST_VERSION_WITH_FILTERS;
  const conditions = conditionsOf(filter);
  if (conditions === undefined) return [`the filter is no condition: ${filter}`];
  return [
    ...(isOld ? [`filters need API version ${FIRST_VERSION_WITH_FILTERS}, not ${version}`] : []),
    ...conditions.flatMap((condition) => problemsOfCondition(loaded.fields.get(event), event, condition)),
  ];
}

interface Condition {
  field: string;
  operator: string;
  literalTypes: readonly string[];
}

/** @returns undefined for what Salesforce would not read, or where something stands but fields, literals, AND and OR */
function conditionsOf(filter: string): Condition[] | undefined {
  let query: Query;
  try {
    query = parseQuery(`SELECT Id FROM Event WHERE ${filter}`);
  } catch {
    return undefined;
  }
  if (Object.keys(query).some((part) => !['fields', 'sObject', 'where'].includes(part))) return undefined;
  const conditions: Condition[] = [];
  for (let at: WhereClause | undefined = query.where; at !== undefined; at = 'right' in at ? at.right : undefined) {
    const { left } = at;
    if ('operator' in at && !['AND', 'OR'].includes(String(at.operator))) return undefined;
    if (left === null || !('field' in left) || !('literalType' in left)) return undefined;
    const literalTypes = [left.literalType].flat().map(String);
    conditions.push({ field: left.field, operator: left.operator.toUpperCase(), literalTypes });
  }
  return conditions;
}

/** Types of fields of an event, and the literal that each is compared with. */
const LITERALS: Record<string, readonly string[]> = {
  Text: ['STRING', 'NULL'],
  LongTextArea: ['STRING', 'NULL'],
  Checkbox: ['BOOLEAN'],
  Number: ['INTEGER', 'DECIMAL', 'NULL'],
  Date: ['DATE', 'NULL'],
  DateTime: ['DATETIME', 'NULL'],
};

function problemsOfCondition(
  fields: ReadonlyMap<string, CustomField> | undefined,
  event: string,
  { field: name, operator, literalTypes }: Condition,
): string[] {
  const field = fields?.get(name);
  if (field === undefined) return [`${event} has no field ${name} to filter by`];
  if (!FILTER_OPERATORS.includes(operator)) return [`a filter takes no ${operator}`];
  if (operator === 'LIKE' && field.type !== 'Text') return [`LIKE is for text, and ${name} is a ${field.type}`];
  const fits = literalTypes.every((type) => LITERALS[field.type]?.includes(type));
  return fits ? [] : [`${name} is a ${field.type}, and not compared with ${literalTypes.join(', ')}`];
}
