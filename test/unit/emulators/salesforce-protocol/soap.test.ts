import { zipSync } from 'fflate';
import jsforce from 'jsforce';
import { startWorld, type World, type WorldOptions } from '../../../emulators/world.ts';

let world: World;
afterEach(() => world.close());

async function connect(options: WorldOptions = {}, as = (it: World) => it.seller) {
  world = await startWorld(options);
  const accessToken = world.salesforce.tokenFor(as(world));
  return new jsforce.Connection({ instanceUrl: world.salesforce.url, accessToken, version: '67.0' });
}

const newLead = () => world.org.create('Lead', { LastName: 'Fry', Company: 'Acme' }, world.seller).id ?? '';
const wish = (leadId: string, convertedStatus: string) => ({
  leadId,
  convertedStatus,
  doNotCreateOpportunity: true,
  overwriteLeadSource: false,
  sendNotificationEmail: false,
});
const flowWith = (formula: string) => ({
  'package.xml': Buffer.from('<Package/>'),
  'flows/Tried.flow': Buffer.from(`<Flow><start><filterFormula>${formula}</filterFormula></start></Flow>`),
});

// https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_convertlead.htm
test('a lead is converted over SOAP by the token of an OAuth login, as one API call', async () => {
  const connection = await connect();
  const leadId = newLead();
  const result = await connection.soap.convertLead(wish(leadId, 'Closed - Converted'));
  expect(result).toMatchObject({ success: true, leadId });
  expect(world.org.peek('Lead', leadId)).toMatchObject({ IsConverted: true, ConvertedContactId: result.contactId });
  expect(world.salesforce.stats.apiCalls).toBe(1);
});

test('a status that is not one of a converted lead is an error of that conversion', async () => {
  const connection = await connect();
  const result = await connection.soap.convertLead(wish(newLead(), 'Working - Contacted'));
  expect(result).toMatchObject({ success: false, errors: [{ statusCode: 'INVALID_STATUS' }] });
});

test('a token that is void is a fault with HTTP 500', async () => {
  const connection = await connect();
  world.salesforce.faults.revokeTokens();
  const answer = connection.soap.convertLead(wish(newLead(), 'Closed - Converted'));
  await expect(answer).rejects.toMatchObject({ errorCode: 'sf:INVALID_SESSION_ID' });
});

// Nowhere said; the facts name a Decision after the start as the safe form.
test.each([
  [false, { success: false, numberComponentErrors: 1 }],
  [true, { success: true }],
])('where a start condition may read settings is %p, such a flow validates accordingly', async (may, verdict) => {
  const connection = await connect({ salesforce: { startReadsSettings: may } });
  const zip = Buffer.from(zipSync(flowWith('{!$Setup.OneSignal_Settings__c.Is_Paused__c}')));
  connection.metadata.pollInterval = 1;
  expect(await connection.metadata.deploy(zip, { checkOnly: true }).complete(true)).toMatchObject(verdict);
});

// https://developer.salesforce.com/docs/platform/api-tooling/references/tooling-objects/tooling-deployrequest.html
test('somebody without the right to deploy validates nothing', async () => {
  const connection = await connect({}, ({ relayUser }) => relayUser);
  const answer = connection.metadata.deploy(Buffer.from(zipSync(flowWith('ISNEW()'))), { checkOnly: true }).complete();
  await expect(answer).rejects.toMatchObject({ errorCode: 'sf:INSUFFICIENT_ACCESS' });
});
