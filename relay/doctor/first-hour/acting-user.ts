import { strToU8, zipSync } from 'fflate';
// Each of jsforce's APIs puts itself on every connection once it is loaded.
import 'jsforce/lib/api/metadata.js';
import 'jsforce/lib/api/soap.js';
import { z } from 'zod';
import type { Environment } from '../../config/environment.ts';
import { RelayError } from '../../config/relay-error.ts';
import { requestAccessToken } from '../../salesforce/access-token.ts';
import { queryRows, type Row } from '../../salesforce/query.ts';
import { SAVE_HEADERS, STATUS_CODE } from '../../salesforce/record-writer.ts';
import { createSession, type SalesforceSession } from '../../salesforce/session.ts';

/** Who moves the lead of the first hour: somebody whose saves the flows don't leave alone. */
export interface ActingUser {
  /** @returns the id. @throws RelayError DOCTOR_SAVE_REFUSED, with Salesforce's code and the fields */
  create(object: string, fields: Readonly<Record<string, unknown>>): Promise<string>;
  update(object: string, id: string, fields: Readonly<Record<string, unknown>>): Promise<void>;
  remove(object: string, id: string): Promise<void>;
  query(soql: string): Promise<Row[]>;
  /** Whether Salesforce would take these files of a deployment; undefined where it does not say. Deploys nothing. */
  wouldDeploy(files: Readonly<Record<string, string>>): Promise<boolean | undefined>;
  convert(leadId: string, convertedStatus: string): Promise<{ contactId: string; accountId: string }>;
}

/** A validation takes some seconds. */
const VALIDATION_LOOK_MS = 1_000;

const ERROR = z.object({ statusCode: STATUS_CODE, fields: z.array(z.string()).default([]) });
const SAVED = z.array(z.object({ success: z.boolean(), id: z.string().nullish(), errors: z.array(ERROR).default([]) }));

export interface ActingUserOptions {
  environment: Environment;
  /** The integration user's: it says where the org is. */
  session: SalesforceSession;
  /** Logs in as this user by the same app's JWT bearer; without it, the access token of the environment counts. */
  username: string | undefined;
}

/** @throws RelayError COMMAND_INVALID where nobody is named, and what the login throws */
export async function openActingUser({ environment, session, username }: ActingUserOptions): Promise<ActingUser> {
  const acting = createSession({
    apiVersion: session.connection().version,
    requestToken: () => tokenOf(environment, session, username),
  });
  await acting.open();
  return actingUserOf(acting);
}

async function tokenOf({ salesforce, doctorToken }: Environment, session: SalesforceSession, username?: string) {
  if (username !== undefined && salesforce.login.flow === 'jwt_bearer')
    return requestAccessToken({ ...salesforce, login: { ...salesforce.login, username } });
  if (username !== undefined)
    throw new RelayError('COMMAND_INVALID', '--as needs the JWT bearer login: client credentials have one user.');
  if (doctorToken === undefined)
    throw new RelayError(
      'COMMAND_INVALID',
      'doctor --write needs somebody who is not the integration user: name a user with --as, or set DOCTOR_ACCESS_TOKEN.',
    );
  const { instanceUrl } = session.connection();
  return {
    accessToken: doctorToken,
    instanceUrl,
    orgId: session.orgId,
    userId: undefined,
    scopes: undefined,
    serverTime: session.now(),
  };
}

function actingUserOf(session: SalesforceSession): ActingUser {
  const save = async (method: 'POST' | 'PATCH', record: object) => {
    const body = { allOrNone: false, records: [record] };
    const answer = await session.request({
      call: 'save',
      method,
      url: '/composite/sobjects',
      headers: SAVE_HEADERS,
      body,
    });
    const [saved] = SAVED.safeParse(answer).data ?? [];
    if (saved?.success === true) return saved.id ?? '';
    throw refusal(saved?.errors[0]);
  };
  return {
    create: (object, fields) => save('POST', { attributes: { type: object }, ...fields }),
    async update(object, id, fields) {
      await save('PATCH', { attributes: { type: object }, id, ...fields });
    },
    async remove(object, id) {
      await session.request({ call: 'save', method: 'DELETE', url: `/sobjects/${object}/${encodeURIComponent(id)}` });
    },
    wouldDeploy: (files) => wouldDeploy(session, files),
    query: (soql) => queryRows(session, 'query', soql),
    convert: (leadId, convertedStatus) => convert(session, leadId, convertedStatus),
  };
}

/** The SOAP API alone converts: https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_convertlead.htm */
async function convert(session: SalesforceSession, leadId: string, convertedStatus: string) {
  const result = await session
    .connection()
    .soap.convertLead({
      leadId,
      convertedStatus,
      doNotCreateOpportunity: true,
      overwriteLeadSource: false,
      sendNotificationEmail: false,
    })
    .catch((error: unknown) => {
      throw refusal({ statusCode: faultOf(error), fields: [] });
    });
  const { success, contactId, accountId, errors } = result;
  if (!success || !contactId || !accountId) throw refusal(ERROR.safeParse(errors[0]).data);
  return { contactId, accountId };
}

/** https://developer.salesforce.com/docs/platform/api-metadata/references/file-based-calls/meta-deploy.html */
async function wouldDeploy(session: SalesforceSession, files: Readonly<Record<string, string>>) {
  const zip = zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
  const { metadata } = session.connection();
  metadata.pollInterval = VALIDATION_LOOK_MS;
  const result = await metadata
    .deploy(Buffer.from(zip), { checkOnly: true, singlePackage: true, rollbackOnError: true })
    .complete(true)
    .catch(() => undefined);
  // Without the right to, nothing is validated: then no component is at fault.
  if (result?.success === true) return true;
  return result !== undefined && result.numberComponentErrors > 0 ? false : undefined;
}

/** `sf:INVALID_SESSION_ID`, say. Its text may quote values of the record: it stays out. */
function faultOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null ? Reflect.get(error, 'errorCode') : undefined;
  return typeof code === 'string' ? (code.split(':').at(-1) ?? code) : 'no answer';
}

function refusal(error: z.infer<typeof ERROR> | undefined): RelayError {
  const fields = error?.fields.length ? ` (${error.fields.join(', ')})` : '';
  return new RelayError('DOCTOR_SAVE_REFUSED', `Salesforce refused it: ${error?.statusCode ?? 'UNKNOWN'}${fields}.`);
}
