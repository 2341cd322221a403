import { OrgRefusal } from '../org-contract.ts';

/**
 * What a bulk query can't ask for, though a REST query can. Parents' fields are fine, and so are ORDER BY and LIMIT, which
 * only make it slow. https://developer.salesforce.com/docs/platform/api-asynch/guide/query-create-job.md
 */
const UNSUPPORTED: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/\bGROUP\s+BY\b/i, 'GROUP BY is not supported in Bulk Query'],
  [/\bOFFSET\s+\d/i, 'OFFSET is not supported in Bulk Query'],
  [/\bTYPEOF\b/i, 'TYPEOF is not supported in Bulk Query'],
  [/\b(?:COUNT|COUNT_DISTINCT|SUM|AVG|MIN|MAX)\s*\(/i, 'Aggregate functions are not supported in Bulk Query'],
  [/\(\s*SELECT\b/i, 'Nested queries are not supported in Bulk Query'],
  // This one's words are Salesforce's own: https://github.com/airbytehq/airbyte/blob/master/airbyte-integrations/connectors/source-salesforce/source_salesforce/rate_limiting.py
  [/\bFIELDS\s*\(|[\s,.]\w*Address\s*(?:,|\s+FROM\b)/i, 'Selecting compound data not supported in Bulk Query'],
];

/** Throws OrgRefusal. The documentation names no error code for this. */
export function refuseUnsupportedSoql(soql: string): void {
  const clauses = soql.replace(/'(?:[^'\\]|\\.)*'/g, "''");
  const found = UNSUPPORTED.find(([pattern]) => pattern.test(clauses));
  if (found) throw new OrgRefusal('API_ERROR', found[1]);
}
