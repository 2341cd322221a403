import { endScenario, startScenario } from './scenario.ts';

afterEach(endScenario);

const html503 = { status: 503, body: '<h1>Service Unavailable</h1>', contentType: 'text/html' };

describe('Salesforce', () => {
  test('revoking the token is answered by one new login, for requests and for the stream', async () => {
    const s = await startScenario();
    s.lead();
    await s.settled();
    s.world.salesforce.faults.revokeTokens();
    const id = s.lead();
    await s.settled();
    expect(s.said(id)).toBe('Synced OK');
    await s.until('all is ready', () => s.relay.relay.readiness().isReady);
    expect(s.world.salesforce.stats.calls.token).toBeLessThanOrEqual(4);
  });

  test('refusing the login shows, and work resumes by itself', async () => {
    const s = await startScenario();
    s.lead();
    await s.settled();
    s.world.salesforce.faults.revokeTokens();
    const refusal = { status: 400, body: '{"error":"invalid_grant"}', contentType: 'application/json' };
    s.world.salesforce.faults.answerHttp(4, { on: 'token', ...refusal });
    const id = s.lead();
    const shown = () => JSON.stringify(s.relay.relay.readiness().reasons);
    await s.until('the reason shows', () => shown().includes('SALESFORCE_LOGIN_REFUSED'));
    await s.settled();
    expect(s.said(id)).toBe('Synced OK');
  });

  test('having no API calls left is a wait, not a verdict', async () => {
    const s = await startScenario();
    s.world.salesforce.faults.spendApiCalls();
    const id = s.lead();
    await s.until('the reason shows', () => s.reasons().includes('SALESFORCE_API_LIMIT'));
    expect(s.record(id).OneSignal_Sync_Status__c).toBeNull();
    s.world.salesforce.faults.restoreApiCalls();
    await s.settled();
    expect(s.said(id)).toBe('Synced OK');
  });

  test('answering 503 to REST for a while costs nothing but time', async () => {
    const s = await startScenario();
    s.world.salesforce.faults.answerHttp(3, { on: 'rest', ...html503 });
    const id = s.lead();
    await s.settled();
    expect(s.said(id)).toBe('Synced OK');
  });
});
