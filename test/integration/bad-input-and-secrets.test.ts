import { startRelay } from '../emulators/running-relay.ts';
import { loadOrg } from '../emulators/salesforce/org/load-org.ts';
import { startSalesforce } from '../emulators/salesforce/start-salesforce.ts';
import { endScenario, startScenario } from './scenario.ts';

afterEach(endScenario);

const FIRST_STAGE = 'Open - Not Contacted';

test('JWT bearer logs in as well as client credentials', async () => {
  const s = await startScenario();
  await s.stop();
  const { SALESFORCE_USERNAME, SALESFORCE_PRIVATE_KEY } = s.world.jwtEnvironment;
  delete s.world.environment.SALESFORCE_CLIENT_SECRET;
  Object.assign(s.world.environment, { SALESFORCE_USERNAME, SALESFORCE_PRIVATE_KEY });
  await s.restart();
  const id = s.lead();
  await s.settled();
  expect(s.said(id)).toBe('Synced OK');
});

test('a store of another org is refused in one sentence, and nothing is sent', async () => {
  const s = await startScenario();
  await s.stop();
  const other = loadOrg({ seed: 'other' });
  other.addUser({ username: s.world.relayUser.username, permissionSets: ['OneSignal_Relay'] });
  const { SALESFORCE_CLIENT_ID: clientId = '', SALESFORCE_CLIENT_SECRET: clientSecret = '' } = s.world.environment;
  const app = { clientId, clientSecret, runAs: s.world.relayUser.username };
  const salesforce = await startSalesforce({ org: other, apps: [app] });
  try {
    const variables = { SALESFORCE_LOGIN_URL: salesforce.url };
    await expect(startRelay(s.world, { dataDir: s.relay.dataDir, variables })).rejects.toMatchObject({
      code: 'STORE_OTHER_ORG',
    });
  } finally {
    await salesforce.close();
  }
  expect(s.world.onesignal.stats.requests).toBe(0);
});

test('events that make no sense are counted by reason, logged once each, and stop nothing', async () => {
  const lines: string[] = [];
  const s = await startScenario({ relay: { logger: listTo(lines) } });
  const bad = [
    {},
    { Object_Name__c: 'Lead' },
    { Object_Name__c: 'Opportunity', Record_Id__c: '006000000000001AAA' },
    { Object_Name__c: 'Lead', Record_Id__c: "00Q' OR Id != '" },
    { Object_Name__c: 'Lead', Record_Id__c: '003000000000001AAA' },
    { Object_Name__c: 'Lead', Record_Id__c: 7 },
  ];
  for (const payload of [...bad, ...bad]) s.world.publish(payload);
  const id = s.lead();
  s.world.publish({ Object_Name__c: 'Lead', Record_Id__c: id, Change_Type__c: 'Renamed', Colour__c: 'red' });
  await s.until('the lead is synced', () => s.said(id) === 'Synced OK');
  const counted = await s.relay.metrics.eventsUnusable.get();
  const reasons = counted.values.filter(({ value }) => value > 0).map(({ labels }) => labels.reason);
  expect(reasons).toEqual(expect.arrayContaining(['unknown_object', 'no_record_id', 'unknown_fields']));
  expect(lines.filter((line) => line.includes('not as expected'))).toHaveLength(reasons.length);
  await s.until('nothing is due', async () => (await s.relay.store.counts()).due === 0);
});

test('an event about a record that is not there is a failure that is kept, and nothing is sent', async () => {
  const s = await startScenario();
  s.world.org.purge('Lead', s.lead());
  await s.until('it is kept', async () => (await s.relay.store.counts()).deadLetters === 1);
  expect(s.world.onesignal.stats.requests).toBe(0);
});

test('no secret and no personal value shows in a log line, a metric or a reason, whatever goes wrong', async () => {
  const CANARY = 'canary7f3a';
  const lines: string[] = [];
  const s = await startScenario({
    relay: { logger: listTo(lines), setupEveryMs: 100 },
    world: { onesignal: { apiKey: `os_v2_app_${CANARY}` } },
    prepare({ org, environment, relayUser }) {
      environment.ONESIGNAL_API_KEY = `os_v2_app_${CANARY}`;
      relayUser.isAdministrator = true;
      org.setSettings({ Max_Tags__c: 1_000 });
      const row = { Object_Name__c: 'Lead', Transform__c: 'text', Is_Active__c: true };
      org.putMetadataRow('OneSignal_Tag_Mapping__mdt', 'Email', {
        ...row,
        Field__c: 'Email',
        Kind__c: 'Tag',
        Tag__c: 'mail',
      });
      org.putMetadataRow('OneSignal_Tag_Mapping__mdt', 'City', {
        ...row,
        Field__c: 'City',
        Kind__c: 'Alias',
        Tag__c: 'city',
      });
      org.putMetadataRow('OneSignal_Stage_Mapping__mdt', 'New', {
        Object_Name__c: 'Lead',
        Stage__c: FIRST_STAGE,
        Lifecycle_Stage__c: `stage-${CANARY}`,
        Is_Active__c: true,
      });
    },
  });
  const person = (n: number) => ({
    LastName: `Name ${CANARY}`,
    Company: `Company ${CANARY}`,
    Email: `${CANARY}@example.com`,
    City: `city-${CANARY}-${n}`,
    OneSignal_External_Id__c: `id-${CANARY}-${n}`,
  });
  const { faults } = s.world.onesignal;
  s.world.onesignal.seedUser({ externalId: 'thief', aliases: { city: `city-${CANARY}-1` } });
  faults.answer(1, { status: 400, body: { errors: [`bad ${CANARY}`] } });
  faults.answer(1, { status: 503, body: `<p>${CANARY}</p>` });
  s.lead(person(1));
  s.lead(person(2));
  const row = { statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: `${CANARY} is not welcome` };
  s.world.salesforce.faults.failRows(1, row);
  s.lead({ ...person(3), OneSignal_External_Id__c: `bad id ${CANARY}` });
  await s.until('nothing is due', async () => (await s.relay.store.counts()).due === 0);
  faults.unauthorized(true);
  s.lead(person(4));
  await s.until('the key is refused', () => s.reasons().includes('ONESIGNAL_KEY_REFUSED'));
  const body = JSON.stringify([{ errorCode: 'INVALID_FIELD', message: `No such column ${CANARY}` }]);
  s.world.salesforce.faults.answerHttp(2, { on: 'rest', status: 400, body, contentType: 'application/json' });
  await s.until('Salesforce refuses', () => lines.some((line) => line.includes('SALESFORCE_QUERY_REFUSED')));
  await s.relay.relay.measure();
  const shown = [...lines, await s.relay.metrics.registry.metrics(), JSON.stringify(s.relay.relay.readiness())].join(
    '\n',
  );
  for (const code of ['ONESIGNAL_KEY_REFUSED', 'SALESFORCE_QUERY_REFUSED']) expect(lines.join()).toContain(code);
  expect(shown).not.toContain(CANARY);
  expect(shown).not.toContain(String(s.world.environment.SALESFORCE_CLIENT_SECRET));
  faults.unauthorized(false);
});

/** A logger that keeps what it is told, as one line of JSON each. */
function listTo(lines: string[]) {
  const keep = (message: string, fields?: object) => void lines.push(JSON.stringify({ message, ...fields }));
  return { debug: keep, info: keep, warn: keep, error: keep };
}
