import { type FieldValues, OrgRefusal } from '../org-contract.ts';

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The field values of a record in a request, without its id and attributes. */
export function fieldValues(sent: unknown): FieldValues {
  if (!isObject(sent)) throw new OrgRefusal('JSON_PARSER_ERROR', 'The HTTP entity body must be a JSON object');
  const values: FieldValues = {};
  for (const [name, value] of Object.entries(sent)) {
    if (name === 'attributes' || name.toLowerCase() === 'id') continue;
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      values[name] = value;
    } else {
      throw new OrgRefusal('JSON_PARSER_ERROR', `Cannot deserialize instance of ${name} from a nested value`);
    }
  }
  return values;
}
