import type { Response } from 'express';
import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import type { OrgUser } from '../org-contract.ts';
import { servedVersion } from './api-versions.ts';
import type { EmulatedOrg } from './emulated-org.ts';
import { spendApiCall } from './rest-gate.ts';
import { isObject } from './sent-fields.ts';

const parser = new XMLParser({ removeNSPrefix: true, parseTagValue: false });
const builder = new XMLBuilder({});

export type SoapFields = Record<string, unknown>;

/** What is in an element; nothing for one that holds plain text or is not there. */
export const fieldsOf = (value: unknown): SoapFields => (isObject(value) ? value : {});

/** The caller and the body of a call, or undefined once a fault is sent. The token of an OAuth login is its session. */
export function admitSoap(
  emulated: EmulatedOrg,
  version: string,
  xml: string,
  response: Response,
): { user: OrgUser; body: SoapFields } | undefined {
  emulated.stats.count('soap');
  const { Header: header, Body: body } = fieldsOf(fieldsOf(parser.parse(xml)).Envelope);
  const token = emulated.tokens.fromHeader(`Bearer ${fieldsOf(fieldsOf(header).SessionHeader).sessionId}`);
  if (servedVersion(version) === undefined) sendFault(response, 'sf:UNSUPPORTED_API_VERSION');
  else if (!token || emulated.tokens.hasAged(token)) sendFault(response, 'sf:INVALID_SESSION_ID');
  else if (!spendApiCall(emulated, response)) sendFault(response, 'sf:REQUEST_LIMIT_EXCEEDED');
  else return { user: token.user, body: fieldsOf(body) };
  return undefined;
}

export function sendResult(response: Response, call: string, result: SoapFields): void {
  send(response, 200, { [`${call}Response`]: { result } });
}

/** A fault is HTTP 500. */
export function sendFault(response: Response, code: string): void {
  send(response, 500, { 'soapenv:Fault': { faultcode: code, faultstring: code } });
}

function send(response: Response, status: number, body: SoapFields): void {
  const envelope = { 'soapenv:Envelope': { 'soapenv:Body': body } };
  response
    .status(status)
    .type('text/xml')
    .send(`<?xml version="1.0" encoding="UTF-8"?>${builder.build(envelope)}`);
}
