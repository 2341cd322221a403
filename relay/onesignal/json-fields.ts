/** A JSON object, of which nothing is known. */
export type JsonObject = { readonly [key: string]: unknown };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The entries of an object whose values are text; numbers become text, anything else is left out. */
export function textFields(value: unknown): Record<string, string> {
  // No prototype: a key such as `__proto__` is a key like any other.
  const fields: Record<string, string> = Object.create(null);
  if (!isJsonObject(value)) return fields;
  for (const [key, field] of Object.entries(value)) {
    if (typeof field === 'string') fields[key] = field;
    else if (typeof field === 'number') fields[key] = String(field);
  }
  return fields;
}
