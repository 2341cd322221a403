/** Rows that fit one query's list of ids: 200 ids make a request line of about 5,000 characters, of 16,384 allowed. */
export const IDS_A_QUERY = 200;

/** A string literal. https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm */
export function soqlText(value: string): string {
  return `'${value
    .replace(/[\\'"]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')}'`;
}

/** A DateTime literal from ms since 1970, in whole seconds as Salesforce keeps them. */
export function soqlDateTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** `field IN (…)`, in as many conditions as it takes to keep each request short. */
export function soqlIn(field: string, values: Iterable<string>): string[] {
  const all = [...new Set(values)];
  const conditions: string[] = [];
  for (let start = 0; start < all.length; start += IDS_A_QUERY) {
    conditions.push(
      `${field} IN (${all
        .slice(start, start + IDS_A_QUERY)
        .map(soqlText)
        .join(',')})`,
    );
  }
  return conditions;
}
