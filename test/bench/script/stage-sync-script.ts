/*
 * What a developer writes in an afternoon, with the libraries that both sides recommend: jsforce's streaming client with
 * its Replay extension, and OneSignal's own client. One record is read and one is written for each event, and the place
 * in the stream is kept in a file as events come in. The relay is measured against it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import OneSignal from '@onesignal/node-onesignal';
import jsforce from 'jsforce';
import { StreamingExtension } from 'jsforce/lib/api/streaming.js';

interface StageChange {
  event: { replayId: number };
  payload: { Record_Id__c: string; Object_Name__c: string };
}

const CHANNEL = '/event/OneSignal_Stage_Change__e';
const PLACE = 'replay-id.txt';
const NEW_EVENTS = -1;

const env = (name: string): string => process.env[name] ?? '';

const onesignal = new OneSignal.DefaultApi(
  OneSignal.createConfiguration({
    restApiKey: env('ONESIGNAL_API_KEY'),
    baseServer: new OneSignal.ServerConfiguration(env('ONESIGNAL_API_URL'), {}),
  }),
);

const salesforce = new jsforce.Connection({
  loginUrl: env('SALESFORCE_LOGIN_URL'),
  oauth2: {
    loginUrl: env('SALESFORCE_LOGIN_URL'),
    clientId: env('SALESFORCE_CLIENT_ID'),
    clientSecret: env('SALESFORCE_CLIENT_SECRET'),
  },
  version: '67.0',
});
await salesforce.authorize({ grant_type: 'client_credentials' });

const place = existsSync(PLACE) ? Number(readFileSync(PLACE, 'utf8')) : NEW_EVENTS;
const client = salesforce.streaming.createClient([new StreamingExtension.Replay(CHANNEL, place)]);
const subscription = client.subscribe(CHANNEL, (change: StageChange) => {
  writeFileSync(PLACE, String(change.event.replayId));
  sync(change).catch(complain);
});
subscription.then(() => process.stderr.write('Subscribed to Salesforce\n'));

async function sync({ payload }: StageChange): Promise<void> {
  const { Record_Id__c: id, Object_Name__c: object } = payload;
  const record = await salesforce.sobject(object).retrieve(id);
  const { Status: stage, OneSignal_External_Id__c: externalId } = record;
  await tellOneSignal(externalId ?? id, { sf_stage: stage });
  await salesforce.sobject(object).update({
    Id: id,
    OneSignal_Sync_Status__c: 'Synced',
    OneSignal_Synced_Stage__c: stage,
    OneSignal_Synced_At__c: new Date().toISOString(),
    OneSignal_Sync_Answered_At__c: record.OneSignal_Sync_Requested_At__c,
  });
}

async function tellOneSignal(externalId: string, tags: Record<string, string>): Promise<void> {
  const app = env('ONESIGNAL_APP_ID');
  try {
    await onesignal.updateUser(app, 'external_id', externalId, { properties: { tags } });
  } catch (error) {
    if (!(error instanceof OneSignal.ApiException) || error.code !== 404) throw error;
    await onesignal.createUser(app, { identity: { external_id: externalId }, properties: { tags } });
  }
}

function complain(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message.slice(0, 200) : String(error)}\n`);
}
