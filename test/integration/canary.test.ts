import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWorld, type World } from '../emulators/world.ts';
import { relayProcess } from './relay-process.ts';

/** Stands in every secret and in everything personal: what anybody can see without a login must not hold it. */
const MARK = 'canary7f3a';
const STAGE = 'Open - Not Contacted';
const PATHS = [
  '/healthz',
  '/readyz',
  '/metrics',
  '/webhooks/onesignal',
  '/console',
  '/api/overview',
  '/',
  `/${MARK}-no`,
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relay-canary-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Marked mapping values, and people with marks in all that they are. */
function markEverything({ org, relayUser }: World): (n: number) => Record<string, string | boolean> {
  relayUser.isAdministrator = true;
  org.setSettings({ Max_Tags__c: 1_000, Sync_Email__c: true, Sync_Phone__c: true });
  const row = { Object_Name__c: 'Lead', Transform__c: 'text', Is_Active__c: true };
  const tag = { ...row, Kind__c: 'Tag' };
  org.putMetadataRow('OneSignal_Tag_Mapping__mdt', 'Email', { ...tag, Field__c: 'Email', Tag__c: 'mail' });
  org.putMetadataRow('OneSignal_Tag_Mapping__mdt', 'Company', { ...tag, Field__c: 'Company', Tag__c: 'company' });
  org.putMetadataRow('OneSignal_Tag_Mapping__mdt', 'City', {
    ...row,
    Field__c: 'City',
    Kind__c: 'Alias',
    Tag__c: 'city',
  });
  const stage = { Object_Name__c: 'Lead', Stage__c: STAGE, Lifecycle_Stage__c: `stage-${MARK}`, Is_Active__c: true };
  org.putMetadataRow('OneSignal_Stage_Mapping__mdt', 'New', stage);
  return (n) => ({
    FirstName: `First ${MARK}`,
    LastName: `Last ${MARK}`,
    Company: `Company ${MARK}`,
    Email: `${MARK}-${n}@example.com`,
    MobilePhone: `+4917012345${String(n).padStart(2, '0')}`,
    City: `city-${MARK}-${n}`,
    OneSignal_External_Id__c: n % 3 === 0 ? `bad id ${MARK}` : `id-${MARK}-${n}`,
    ...(n % 4 === 0 && { HasOptedOutOfEmail: true }),
  });
}

/** Every answer that anybody gets who has no token, well-formed requests and others. */
async function seenBy(url: string): Promise<string> {
  const headers = { authorization: `Bearer ${MARK}`, 'content-type': 'application/json', cookie: `session=${MARK}` };
  const answers: string[] = [];
  for (const path of PATHS) {
    for (const init of [
      {},
      { method: 'POST', body: `{"${MARK}":` },
      { method: 'POST', body: `{"v":1,"id":"${MARK}"}` },
    ]) {
      const response = await fetch(`${url}${path}`, { ...init, headers });
      answers.push(`${response.status} ${path} ${JSON.stringify([...response.headers])} ${await response.text()}`);
    }
  }
  return answers.join('\n').replaceAll(`/${MARK}-no`, '/no');
}

test('no secret and nothing personal is in a log line, a metric or an answer without a login, whatever goes wrong', async () => {
  const world = await startWorld({ onesignal: { apiKey: `os_v2_app_${MARK}` } });
  const { onesignal, salesforce, org, seller, environment } = world;
  environment.ONESIGNAL_API_KEY = `os_v2_app_${MARK}`;
  const person = markEverything(world);
  const { ended, said, child, stderr, stdout } = relayProcess(
    ['run'],
    {
      ...environment,
      RELAY_DATA_DIR: folder,
      LOG_LEVEL: 'debug',
      DOCTOR_ACCESS_TOKEN: `token-${MARK}`,
      RELAY_ADMIN_TOKEN: `admin-token-${MARK}`,
      RELAY_WEBHOOK_TOKEN: `webhook-token-${MARK}`,
      RELAY_ALERT_WEBHOOK: `http://127.0.0.1:1/${MARK}`,
      JSFORCE_LOG_LEVEL: 'DEBUG',
    },
    folder,
  );
  try {
    const url = (await said(/(http:\/\/[\d.:]+)\/healthz/)).trim();
    await said(/Subscribed to Salesforce/);
    onesignal.seedUser({ externalId: 'thief', aliases: { city: `city-${MARK}-1` } });
    onesignal.faults.answer(1, {
      status: 400,
      body: { errors: [{ code: `${MARK}@example.com`, title: MARK, meta: { [MARK]: MARK } }] },
    });
    onesignal.faults.answer(1, {
      status: 409,
      body: { errors: [{ code: 'user-2', title: MARK, meta: { [MARK]: MARK } }] },
    });
    onesignal.faults.answer(1, { status: 503, body: `<p>${MARK}</p>` });
    salesforce.faults.failRows(2, {
      statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      message: `${MARK} is not welcome`,
    });
    for (let n = 1; n <= 12; n += 1)
      org.create('Lead', { ...person(n) }, seller, { autoAssign: false, allowDuplicates: true });
    world.publish({ Object_Name__c: 'Lead', Record_Id__c: MARK, Stage__c: MARK, [MARK]: MARK });
    await said(/not as expected/);
    await said(/FIELD_CUSTOM_VALIDATION_EXCEPTION/);
    const duringWork = await seenBy(url);
    const body = JSON.stringify([{ errorCode: 'INVALID_FIELD', message: `No such column ${MARK}` }]);
    salesforce.faults.answerHttp(3, { on: 'rest', status: 400, body, contentType: 'application/json' });
    org.create('Lead', { ...person(14) }, seller, { autoAssign: false, allowDuplicates: true });
    await said(/SALESFORCE_QUERY_REFUSED/);
    onesignal.faults.unauthorized(true);
    org.create('Lead', { ...person(13) }, seller, { autoAssign: false, allowDuplicates: true });
    await said(/ONESIGNAL_KEY_REFUSED/);
    const whileRefused = await seenBy(url);
    const processList = readFileSync(`/proc/${child.pid}/cmdline`, 'utf8');
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    const shown = [duringWork, whileRefused, processList, stderr(), stdout()];
    for (const text of shown) {
      expect(text).not.toContain(MARK);
      expect(text).not.toContain(String(environment.SALESFORCE_CLIENT_SECRET));
      expect(text).not.toMatch(/\+?4917012345/);
    }
    expect(whileRefused).toContain('503 /readyz');
    expect(duringWork).toMatch(/40[13] \/api\/overview|429 \/api\/overview/);
    expect(duringWork).toContain('401 /webhooks/onesignal');
    expect(duringWork).toContain('relay_outcomes_total{status=');
  } finally {
    child.kill('SIGKILL');
    await world.close();
  }
});

test('a database that can’t be reached shows neither its password nor its user', async () => {
  const { ended, said, child, stderr } = relayProcess(
    ['run'],
    {
      SALESFORCE_LOGIN_URL: 'https://acme.my.salesforce.com',
      SALESFORCE_CLIENT_ID: 'client',
      SALESFORCE_CLIENT_SECRET: `secret-${MARK}`,
      ONESIGNAL_APP_ID: '6c6e0a2e-0b9f-4a55-8d4b-0f0f3f3c1a11',
      ONESIGNAL_API_KEY: `os_v2_app_${MARK}`,
      DATABASE_URL: `postgres://user-${MARK}:${MARK}@127.0.0.1:1/relay`,
      PORT: '0',
    },
    folder,
  );
  const url = (await said(/(http:\/\/[\d.:]+)\/healthz/)).trim();
  await said(/DATABASE_UNREACHABLE/);
  const answers = await seenBy(url);
  child.kill('SIGTERM');
  await ended;
  expect(answers).toContain('DATABASE_UNREACHABLE');
  expect(`${answers}${stderr()}`).not.toContain(MARK);
});
