import express, { type Response, Router } from 'express';
import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import { OrgRefusal } from '../org-contract.ts';
import { servedVersion } from './api-versions.ts';
import type { EmulatedOrg } from './emulated-org.ts';
import { spendApiCall } from './rest-gate.ts';
import { isObject } from './sent-fields.ts';

const parser = new XMLParser({ removeNSPrefix: true, parseTagValue: false });
const builder = new XMLBuilder({});

/**
 * The one call of the SOAP API that has no other form: a lead is converted by it alone. The token of an OAuth login is
 * its session. https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_convertlead.htm
 */
export function soapRoutes(emulated: EmulatedOrg): Router {
  const router = Router();
  router.post('/services/Soap/u/:version', express.text({ type: 'text/xml' }), (request, response) => {
    emulated.stats.count('soap');
    const envelope: unknown = parser.parse(String(request.body));
    const { Header: header, Body: body } = fieldsOf(fieldsOf(envelope).Envelope);
    const sessionId = fieldsOf(fieldsOf(header).SessionHeader).sessionId;
    const token = emulated.tokens.fromHeader(`Bearer ${sessionId}`);
    if (servedVersion(String(request.params.version)) === undefined)
      return fault(response, 'sf:UNSUPPORTED_API_VERSION');
    if (!token || emulated.tokens.hasAged(token)) return fault(response, 'sf:INVALID_SESSION_ID');
    if (!spendApiCall(emulated, response)) return fault(response, 'sf:REQUEST_LIMIT_EXCEEDED');
    const wish = fieldsOf(fieldsOf(fieldsOf(body).convertLead).leadConverts);
    if (wish.leadId === undefined) return fault(response, 'soapenv:Client');
    answer(response, { convertLeadResponse: { result: converted(emulated, token.user.username, wish) } });
  });
  return router;
}

type Fields = Record<string, unknown>;

const fieldsOf = (value: unknown): Fields => (isObject(value) ? value : {});

/** Both are required: https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_convertlead.htm */
function converted({ org }: EmulatedOrg, username: string, wish: Fields): Fields {
  const user = org.user(username);
  if (user === undefined) throw new Error(`no user ${username}`);
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

function answer(response: Response, body: Fields, status = 200): void {
  const envelope = { 'soapenv:Envelope': { 'soapenv:Body': body } };
  response
    .status(status)
    .type('text/xml')
    .send(`<?xml version="1.0" encoding="UTF-8"?>${builder.build(envelope)}`);
}

function fault(response: Response, code: string): void {
  answer(response, { 'soapenv:Fault': { faultcode: code, faultstring: code } }, 500);
}
