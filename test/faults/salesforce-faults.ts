import type { SIDE_RULES } from '../../relay/pipeline/retries/retry-table.ts';
import { ROW_RULES } from '../../relay/pipeline/retries/retry-table.ts';
import type { Ending, Fault } from './fault.ts';
import type { Step } from './step.ts';
import { PAGE, type Strike, type Treatment } from './strike.ts';

type SalesforceCode = Extract<keyof typeof SIDE_RULES, `SALESFORCE_${string}`>;
type RequestFault = { name: string; strike: Strike; whyNot?: Fault['whyNot']; shows?: Fault['shows'] };

const isToken = ({ name }: Step) => name === 'salesforce.token';
const isQuery = ({ name }: Step) => /^salesforce\.query/.test(name);
const notToken = (step: Step) => (isToken(step) ? 'a login is refused in OAuth’s own words' : undefined);
const queriesOnly = (step: Step) => (isQuery(step) ? undefined : 'it is said of queries only');

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm */
function restError(status: number, errorCode: string): Treatment {
  return { kind: 'answer', status, body: [{ errorCode, message: errorCode }] };
}

/** https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_flow_errors.htm */
function loginError(status: number, error: string): Treatment {
  return { kind: 'answer', status, body: { error, error_description: error } };
}

/** Reconcile answers a query that takes too long, or whose locator is gone, with a smaller one: no side stands still. */
const isSliced = ({ name }: Step) =>
  ['salesforce.queryAll changed', 'salesforce.query_more', 'salesforce.query first crowd'].includes(name);

const BY_CODE: Readonly<Record<SalesforceCode, readonly RequestFault[]>> = {
  SALESFORCE_LOGIN_REFUSED: [
    {
      name: 'invalid_grant',
      strike: () => loginError(400, 'invalid_grant'),
      whyNot: (step) => (isToken(step) ? undefined : 'it is said of logins only'),
    },
  ],
  SALESFORCE_FORBIDDEN: [
    { name: 'API_DISABLED_FOR_ORG', strike: () => restError(403, 'API_DISABLED_FOR_ORG'), whyNot: notToken },
    {
      name: 'HTTP 403 to the login',
      strike: () => loginError(403, 'access_denied'),
      whyNot: (step) => (isToken(step) ? undefined : 'it is said of logins only'),
    },
  ],
  SALESFORCE_UNREACHABLE: [
    { name: 'reset: before it is done', strike: () => ({ kind: 'reset' }) },
    { name: 'reset: after it is done', strike: () => ({ kind: 'lost' }) },
    { name: 'reset: after 1.5 s of silence', strike: () => ({ kind: 'stall', ms: 1_500 }) },
    { name: 'broken off', strike: () => ({ kind: 'cut' }) },
  ],
  SALESFORCE_REQUEST_FAILED: [
    {
      name: 'HTTP 503, a page',
      strike: () => PAGE,
      shows: (step) => (isToken(step) ? 'SALESFORCE_UNREACHABLE' : 'SALESFORCE_REQUEST_FAILED'),
    },
    {
      name: 'HTTP 500 UNKNOWN_EXCEPTION',
      strike: () => restError(500, 'UNKNOWN_EXCEPTION'),
      shows: (step) => (isToken(step) ? 'SALESFORCE_UNREACHABLE' : 'SALESFORCE_REQUEST_FAILED'),
    },
  ],
  SALESFORCE_TIMEOUT: [
    { name: 'QUERY_TIMEOUT', strike: () => restError(400, 'QUERY_TIMEOUT'), whyNot: queriesOnly },
    {
      name: 'HTTP 504, a page',
      strike: () => ({ ...PAGE, status: 504 }),
      shows: (step) => (isToken(step) ? 'SALESFORCE_UNREACHABLE' : 'SALESFORCE_TIMEOUT'),
    },
  ],
  SALESFORCE_LOCATOR_EXPIRED: [
    {
      name: 'INVALID_QUERY_LOCATOR',
      strike: () => restError(400, 'INVALID_QUERY_LOCATOR'),
      whyNot: ({ name }) =>
        name === 'salesforce.query_more' ? undefined : 'only the rest of a long answer is asked for by a locator',
    },
  ],
  SALESFORCE_QUERY_REFUSED: [
    { name: 'INVALID_FIELD', strike: () => restError(400, 'INVALID_FIELD'), whyNot: queriesOnly },
  ],
  SALESFORCE_API_LIMIT: [
    { name: 'REQUEST_LIMIT_EXCEEDED', strike: () => restError(403, 'REQUEST_LIMIT_EXCEEDED'), whyNot: notToken },
  ],
  SALESFORCE_API_VERSION: [
    { name: 'UNSUPPORTED_API_VERSION', strike: () => restError(404, 'UNSUPPORTED_API_VERSION'), whyNot: notToken },
  ],
};

const EXPIRED: RequestFault = {
  name: 'HTTP 401 INVALID_SESSION_ID, once',
  strike: () => restError(401, 'INVALID_SESSION_ID'),
  whyNot: (step) => (isToken(step) ? 'a login needs no token' : undefined),
  shows: () => undefined,
};

export const SALESFORCE_FAULTS: readonly Fault[] = [
  ...Object.entries(BY_CODE).flatMap(([code, faults]) => faults.map((fault) => complete(code, fault))),
  complete(undefined, EXPIRED),
];

function complete(code: string | undefined, { name, strike, whyNot, shows }: RequestFault): Fault {
  const isTimeLimited = code === 'SALESFORCE_TIMEOUT' || code === 'SALESFORCE_LOCATOR_EXPIRED';
  return {
    name,
    group: 'salesforce',
    effect: { kind: 'request', strike },
    ending: () => 'right',
    shows: (step) => (isTimeLimited && isSliced(step) ? undefined : shows === undefined ? code : shows(step)),
    whyNot: (step) =>
      step.side === 'salesforce'
        ? whyNot?.(step)
        : 'it is an answer of Salesforce’s REST API, or the lack of one, and the relay asks somebody else there',
  };
}

/** What becomes of a record whose status Salesforce does not take, by what it says: independent of the relay's own table. */
const ROWS: Readonly<Record<string, { ending: Ending; shows?: string; scene?: 'reconciled' }>> = {
  UNABLE_TO_LOCK_ROW: { ending: 'right' },
  SERVER_UNAVAILABLE: { ending: 'right' },
  REQUEST_RUNNING_TOO_LONG: { ending: 'right' },
  QUERY_TIMEOUT: { ending: 'right' },
  UNKNOWN_EXCEPTION: { ending: 'right' },
  REQUEST_LIMIT_EXCEEDED: { ending: 'right', shows: 'SALESFORCE_API_LIMIT' },
  API_CURRENTLY_DISABLED: { ending: 'right', shows: 'SALESFORCE_FORBIDDEN' },
  API_DISABLED_FOR_ORG: { ending: 'right', shows: 'SALESFORCE_FORBIDDEN' },
  // Said of a record that is there after all: reconcile finds it unanswered.
  ENTITY_IS_DELETED: { ending: 'right', scene: 'reconciled' },
  INVALID_CROSS_REFERENCE_KEY: { ending: 'right', scene: 'reconciled' },
  NOT_FOUND: { ending: 'right', scene: 'reconciled' },
  CANNOT_UPDATE_CONVERTED_LEAD: { ending: 'right', scene: 'reconciled' },
  FIELD_CUSTOM_VALIDATION_EXCEPTION: { ending: 'WRITE_BACK_REFUSED' },
  CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: { ending: 'WRITE_BACK_REFUSED' },
  FIELD_INTEGRITY_EXCEPTION: { ending: 'WRITE_BACK_REFUSED' },
  REQUIRED_FIELD_MISSING: { ending: 'WRITE_BACK_REFUSED' },
  DUPLICATES_DETECTED: { ending: 'WRITE_BACK_REFUSED' },
  STRING_TOO_LONG: { ending: 'WRITE_BACK_REFUSED' },
  INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: { ending: 'WRITE_BACK_REFUSED' },
  INSUFFICIENT_ACCESS_OR_READONLY: { ending: 'WRITE_BACK_REFUSED' },
  INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: { ending: 'WRITE_BACK_REFUSED' },
  INVALID_FIELD: { ending: 'WRITE_BACK_REFUSED' },
  INVALID_FIELD_FOR_INSERT_UPDATE: { ending: 'WRITE_BACK_REFUSED' },
  ENTITY_IS_LOCKED: { ending: 'WRITE_BACK_REFUSED' },
  STORAGE_LIMIT_EXCEEDED: { ending: 'WRITE_BACK_REFUSED' },
  'any other code': { ending: 'WRITE_BACK_REFUSED' },
};

/** One for each row of the relay's table, and one for all that are in none. */
export const ROW_FAULTS: readonly Fault[] = [...Object.keys(ROW_RULES), 'any other code'].map(rowFault);

function rowFault(statusCode: string): Fault {
  const { ending, shows, scene } = ROWS[statusCode] ?? { ending: 'right' };
  if (ROWS[statusCode] === undefined)
    throw new Error(`${statusCode} is new in the table of retries: say here how it ends.`);
  return {
    name: `row: ${statusCode}`,
    group: 'row',
    effect: {
      kind: 'request',
      strike(_request, { salesforce }) {
        salesforce.faults.failRows(1, {
          statusCode: statusCode === 'any other code' ? 'CODE_OF_A_LATER_RELEASE' : statusCode,
        });
        return undefined;
      },
    },
    ending: () => ending,
    ...(shows !== undefined && { shows: () => shows }),
    ...(scene !== undefined && { scene: () => scene }),
    whyNot: ({ name }) => (name === 'salesforce.collections' ? undefined : 'it is said of one row of a status write'),
  };
}
