import express, { Router } from 'express';
import { OrgRefusal, type OrgUser } from '../org-contract.ts';
import type { EmulatedOrg } from './emulated-org.ts';
import { admitSoap, fieldsOf, type SoapFields, sendFault, sendResult } from './soap-envelope.ts';
import { judgeDeploy } from './validate-deploy.ts';

/** Calls that have no other form than SOAP, and a deployment that is only validated. */
export function soapRoutes(emulated: EmulatedOrg): Router {
  const router = Router();
  const readText = express.text({ type: 'text/xml', limit: '10mb' });
  router.post('/services/Soap/u/:version', readText, (request, response) => {
    const admitted = admitSoap(emulated, String(request.params.version), String(request.body), response);
    if (admitted === undefined) return;
    const wish = fieldsOf(fieldsOf(admitted.body.convertLead).leadConverts);
    if (wish.leadId === undefined) sendFault(response, 'soapenv:Client');
    else sendResult(response, 'convertLead', converted(emulated, admitted.user, wish));
  });
  const verdicts = new Map<string, SoapFields>();
  router.post('/services/Soap/m/:version', readText, (request, response) => {
    const admitted = admitSoap(emulated, String(request.params.version), String(request.body), response);
    if (admitted === undefined) return;
    const { deploy, checkDeployStatus } = admitted.body;
    if (deploy !== undefined && !admitted.user.isAdministrator) return sendFault(response, 'sf:INSUFFICIENT_ACCESS');
    if (deploy !== undefined) {
      const id = `0Af${String(verdicts.size + 1).padStart(12, '0')}AAA`;
      verdicts.set(id, { ...judgeDeploy(emulated, fieldsOf(deploy)), id });
      return sendResult(response, 'deploy', { id, done: false, status: 'Pending', success: false });
    }
    const verdict = verdicts.get(String(fieldsOf(checkDeployStatus).asyncProcessId));
    if (verdict === undefined) sendFault(response, 'soapenv:Client');
    else sendResult(response, 'checkDeployStatus', verdict);
  });
  return router;
}

/**
 * A lead is converted by this call alone; both arguments are required.
 * https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_convertlead.htm
 */
function converted({ org }: EmulatedOrg, user: OrgUser, wish: SoapFields): SoapFields {
  if (wish.doNotCreateOpportunity !== 'true') throw new Error('a conversion with an opportunity is not emulated');
  try {
    const leadId = String(wish.leadId);
    const made = org.convertLead(leadId, user, { convertedStatus: String(wish.convertedStatus) });
    return { accountId: made.accountId, contactId: made.contactId, leadId, success: true };
  } catch (error) {
    if (!(error instanceof OrgRefusal)) throw error;
    return { errors: { message: error.message, statusCode: error.errorCode }, success: false };
  }
}
