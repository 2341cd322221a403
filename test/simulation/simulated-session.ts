import type { SalesforceRequest, SalesforceSession } from '../../relay/salesforce/session.ts';
import { type Lead, type SimulatedOrg, salesforceTime, timeOf } from './simulated-org.ts';
import type { SimulatedWorld } from './simulated-world.ts';
import { LIMITS, LOCKED_ROW, queryOf, sentRows, unsteadySession } from './unsteady-session.ts';

const ORG_ID = '00D000000000001EAA';

/** Salesforce's answers to exactly the requests that the relay makes; any other is a defect of the simulation. */
export function simulatedSession(
  world: SimulatedWorld,
  org: SimulatedOrg,
  onAnswer: (call: SalesforceRequest['call']) => void,
): SalesforceSession {
  const writeRow = (row: Record<string, unknown>) => {
    if (world.goesWrong('locked')) return LOCKED_ROW;
    org.write(row);
    return { success: true, errors: [] };
  };
  const perform = (request: SalesforceRequest): unknown => {
    if (request.call === 'describe') return { fields: [] };
    if (request.call === 'limits') return LIMITS;
    if (request.call === 'collections') return sentRows<Record<string, unknown>>(request).map(writeRow);
    return rowsOf(query(org, queryOf(request)));
  };
  return unsteadySession(world, { orgId: ORG_ID, perform }, onAnswer);
}

function rowsOf(records: Record<string, unknown>[]) {
  return { totalSize: records.length, done: true, records };
}

const MOMENT = String.raw`(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)`;
const WITHIN = new RegExp(`^SystemModstamp >= ${MOMENT}(?: AND SystemModstamp < ${MOMENT})?(.*)$`);

/** The forms that the relay's queries have, by their condition. */
function query(org: SimulatedOrg, soql: string): Record<string, unknown>[] {
  const [, object, condition = ''] = /^SELECT .* FROM (\w+)(?: WHERE (.*))?$/.exec(soql) ?? [];
  if (object === 'Contact' || object?.startsWith('OneSignal_')) return [];
  if (object === 'Lead') return org.leads.filter(conditionOf(condition)).map(rowOf);
  throw new Error(`The simulated org can't answer: ${soql}`);
}

function conditionOf(condition: string): (lead: Lead) => boolean {
  if (condition.startsWith('Id IN (')) return ({ id }) => condition.includes(`'${id}'`);
  // No lead of a simulation is converted or has an external id.
  if (/^(ConvertedContactId|OneSignal_External_Id__c) IN \(/.test(condition)) return () => false;
  const [, from, to, rest = ''] = WITHIN.exec(condition) ?? [];
  if (from === undefined) throw new Error(`The simulated org can't select by: ${condition}`);
  const isUnansweredOnly = rest.includes('OneSignal_Sync_Due__c = true');
  return (lead) =>
    lead.systemModstamp >= Date.parse(from) &&
    (to === undefined || lead.systemModstamp < Date.parse(to)) &&
    !(isUnansweredOnly && timeOf(lead.status.OneSignal_Sync_Answered_At__c) === lead.requestedAt);
}

function rowOf({ id, stage, stageChangedAt, requestedAt, systemModstamp, status }: Lead): Record<string, unknown> {
  const answeredAt = timeOf(status.OneSignal_Sync_Answered_At__c);
  return {
    ...status,
    Id: id,
    IsDeleted: false,
    IsConverted: false,
    Status: stage,
    SystemModstamp: salesforceTime(systemModstamp),
    OneSignal_Stage_Changed_At__c: salesforceTime(stageChangedAt),
    OneSignal_Sync_Requested_At__c: salesforceTime(requestedAt),
    OneSignal_Sync_Answered_At__c: answeredAt === null ? null : salesforceTime(answeredAt),
  };
}
