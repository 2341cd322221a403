import { PACKAGE_FLOWS } from '../config/package-flows.ts';
import { isRelayError } from '../config/relay-error.ts';
import { RELAY_FIELDS } from '../config/salesforce-fields.ts';
import { VERSION } from '../config/version.ts';
import { OBJECT_NAMES, type ObjectName } from '../mapping/record.ts';
import type { AccessToken } from '../salesforce/access-token.ts';
import { queryRows, type Row } from '../salesforce/query.ts';
import type { SalesforceSession } from '../salesforce/session.ts';
import type { FieldRights } from '../salesforce/setup-reader.ts';
import { soqlIn, soqlText } from '../salesforce/soql.ts';
import { type Finding, fail, pass, warn } from './check.ts';

/** Beyond this the login of a JWT has to be signed by Salesforce's clock, ms. */
const CLOCK_OFF_MS = 60_000;
/** Fields of an address are granted with the whole address, and described one by one. */
const COMPOUND = ['Address', 'MailingAddress'];
const ASSIGN_RELAY = 'Assign the permission set “OneSignal Relay” to the integration user';
const ASSIGN_DIAGNOSIS =
  'Assign the permission set “OneSignal Diagnosis” to the integration user and run the doctor again';

export function checkScopes({ scopes }: AccessToken): Finding {
  if (scopes === undefined) return warn('Salesforce did not say what the token is for.', 'Run the doctor again.');
  if (scopes.includes('api') || scopes.includes('full')) return pass(`The token is for ${scopes.join(', ')}.`);
  return fail(
    `The token is for ${scopes.join(', ') || 'nothing'}, and not for the API.`,
    'Add the OAuth scope “Manage user data via APIs (api)” to the External Client App.',
  );
}

/** @param here this machine's clock when the login was answered, ms since 1970 */
export function checkClock({ serverTime }: AccessToken, here: number): Finding {
  if (serverTime === undefined) return pass('Salesforce did not tell its time.');
  const off = here - serverTime;
  if (Math.abs(off) <= CLOCK_OFF_MS) return pass('This machine and Salesforce agree on the time.');
  const seconds = Math.round(Math.abs(off) / 1_000);
  return warn(
    `The clock of this machine is ${seconds} s ${off > 0 ? 'ahead of' : 'behind'} Salesforce’s.`,
    'Set the clock, best by NTP. The relay goes by Salesforce’s clock meanwhile.',
  );
}

/** @returns the versions that the org has, the oldest first. @throws RelayError */
export async function readApiVersions(session: SalesforceSession): Promise<string[]> {
  const listed = await session.request({ call: 'versions', method: 'GET', url: '/services/data' });
  return Array.isArray(listed) ? listed.map((entry: Row) => String(entry.version)) : [];
}

export function checkApiVersion(versions: readonly string[], version: string): Finding {
  if (versions.includes(version)) return pass(`The org has API version ${version}.`);
  return fail(
    `The org has no API version ${version}; its newest is ${versions.at(-1) ?? 'unknown'}.`,
    `Set SALESFORCE_API_VERSION to ${versions.at(-1) ?? 'a version that it has'}.`,
  );
}

export async function checkPackage(session: SalesforceSession): Promise<Finding> {
  const soql = `SELECT Version__c FROM OneSignal_Package__mdt WHERE DeveloperName = 'Current'`;
  const [row] = await queryRows(session, 'query', soql).catch(noSuchThing);
  const version = row?.Version__c;
  if (typeof version !== 'string') {
    return fail(
      'The package is not in the org, or the integration user does not see it.',
      `Install the package; then: ${ASSIGN_RELAY}.`,
    );
  }
  const [org, relay] = [version, VERSION].map(ordered) as [string, string];
  if (org === relay) return pass(`The package has version ${version}, as the relay.`);
  const what = `The package has version ${version}, the relay ${VERSION}.`;
  return warn(what, org < relay ? 'Upgrade the package in the org.' : 'Upgrade the relay.');
}

/** Versions as text that compares: a patch makes no difference. */
function ordered(version: string): string {
  const [major = '', minor = ''] = version.split('.');
  return `${major.padStart(5, '0')}.${minor.padStart(5, '0')}`;
}

/** What each field that the relay reads or writes lacks, object by object. */
export function checkFields(rights: Readonly<Record<ObjectName, FieldRights>>): Finding {
  const lacks = OBJECT_NAMES.flatMap((object) => {
    const wanted = RELAY_FIELDS[object].read.filter((field) => !COMPOUND.includes(field));
    const unread = wanted.filter((field) => !rights[object].has(field));
    const unwritten = RELAY_FIELDS[object].write.filter((field) => rights[object].get(field)?.isEditable === false);
    return [
      ...(unread.length > 0 ? [`${object}: can’t read ${unread.join(', ')}`] : []),
      ...(unwritten.length > 0 ? [`${object}: can’t edit ${unwritten.join(', ')}`] : []),
    ];
  });
  if (lacks.length === 0) return pass('The integration user reads and edits every field that the relay needs.');
  return fail(`The integration user lacks rights. ${lacks.join('. ')}.`, `${ASSIGN_RELAY}, or grant it these fields.`);
}

export async function checkViewAll(session: SalesforceSession, userId: string | undefined): Promise<Finding> {
  const unknown = warn('Whether the integration user has View All can’t be seen.', `${ASSIGN_DIAGNOSIS}.`);
  if (userId === undefined) return unknown;
  const assigned = `SELECT PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = ${soqlText(userId)}`;
  const sets = (await queryRows(session, 'query', assigned).catch(noSuchThing)).map((row) =>
    String(row.PermissionSetId),
  );
  if (sets.length === 0) return unknown;
  const granted = new Set<unknown>();
  for (const condition of soqlIn('ParentId', sets)) {
    const soql = `SELECT SobjectType FROM ObjectPermissions WHERE PermissionsViewAllRecords = true AND ${condition}`;
    for (const { SobjectType: object } of await queryRows(session, 'query', soql).catch(noSuchThing))
      granted.add(object);
  }
  const lacking = OBJECT_NAMES.filter((object) => !granted.has(object));
  if (lacking.length === 0) return pass('The integration user sees every lead and contact.');
  return fail(
    `The integration user has no View All on ${lacking.join(' and ')}: records that sharing hides end as NOT_VISIBLE.`,
    `${ASSIGN_RELAY}, which has View All on both.`,
  );
}

export async function checkFlows(session: SalesforceSession): Promise<Finding> {
  const [condition = ''] = soqlIn('ApiName', PACKAGE_FLOWS);
  const soql = `SELECT ApiName, IsActive FROM FlowDefinitionView WHERE ${condition}`;
  const rows = await queryRows(session, 'query', soql).catch(noSuchThing);
  if (rows.length === 0) return warn('Whether the flows are active can’t be seen.', `${ASSIGN_DIAGNOSIS}.`);
  const active = new Set(rows.filter((row) => row.IsActive === true).map((row) => row.ApiName));
  const idle = PACKAGE_FLOWS.filter((name) => !active.has(name));
  if (idle.length === 0) return pass('All flows of the package are active.');
  return fail(
    `Not active: ${idle.join(', ')}. What they are for is not seen until reconcile, or not at all.`,
    'Activate them in Setup, Flows.',
  );
}

/** What the integration user may not see, Salesforce takes for something that is not there. */
function noSuchThing(error: unknown): Row[] {
  if (isRelayError(error) && error.code === 'SALESFORCE_QUERY_REFUSED') return [];
  throw error;
}
