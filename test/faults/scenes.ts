import type { StartOptions } from '../emulators/running-relay.ts';
import type { Scene, SceneName, Stage } from './scene.ts';

const WORKING = 'Working - Contacted';
const EVERY_SECOND: StartOptions = { reconcileEveryMs: 1_000 };
const WITH_EMAIL = [{ Email: 'ada@example.com' }, { Email: 'bob@example.com' }] as const;
/** Ids of records that are no more. */
const OF_ANOTHER_TIME = ['00Q000000000001EAA', '00Q000000000002EAA'];
const TELLS_THE_FIRST_STAGE = {
  Object_Name__c: 'Lead',
  Stage__c: 'Open - Not Contacted',
  Lifecycle_Stage__c: 'Open - Not Contacted',
  Custom_Event_Name__c: 'lead_opened',
  Message_Template_Id__c: '0b8f7b9e-6c1d-4f0e-9d5a-3f2f7c1e4a11',
  Is_Active__c: true,
};
/** A page of a query has 2,000 rows. */
const MORE_THAN_A_PAGE = 2_001;

export const SCENES: Readonly<Record<SceneName, Scene>> = {
  /** The relay starts while a record waits already. */
  start: { isAtStart: true, prepare: (run) => void run.people.lead() },
  created: { act: (run) => run.people.two() },
  /** As `created`, and what was dropped comes back by reconcile. */
  reconciled: { relay: EVERY_SECOND, act: (run) => run.people.two() },
  changed: {
    prepare: (run) => void run.people.two(),
    act(run) {
      for (const id of run.people.records) run.people.update(id, { Status: WORKING });
    },
  },
  /** OneSignal has the users already, from a sign-up in the app. */
  adopted: {
    prepare({ world }) {
      for (const externalId of ['member-1', 'member-2']) world.onesignal.seedUser({ externalId });
    },
    act: (run) => run.people.two([{ OneSignal_External_Id__c: 'member-1' }, { OneSignal_External_Id__c: 'member-2' }]),
  },
  /** Somebody signs up in the app after the record came: it moves to another user. */
  moved: {
    prepare: (run) =>
      void run.people.two([{ OneSignal_External_Id__c: 'old-1' }, { OneSignal_External_Id__c: 'old-2' }]),
    act: signUp,
  },
  /** OneSignal gets an email as well. */
  reachable: {
    prepare: syncEmail,
    act: (run) => run.people.two(WITH_EMAIL),
  },
  /** Somebody whom we gave an email signs up in the app, and it goes along. */
  'moved with email': {
    prepare: twoWithEmail,
    act: signUp,
  },
  'email changed': {
    prepare: twoWithEmail,
    act(run) {
      for (const [index, id] of run.people.records.entries())
        run.people.update(id, { Email: `new.${WITH_EMAIL[index]?.Email}` });
    },
  },
  deleted: {
    prepare(run) {
      run.world.org.setSettings({ Deleted_Record__c: 'DeleteUser' });
      run.people.two();
    },
    act(run) {
      run.people.remove(run.people.first);
      for (const id of run.people.records.slice(1)) run.people.update(id, { Status: WORKING });
    },
  },
  contact: { act: (run) => void run.people.contact() },
  /** A data load changes a record without an event. */
  unseen: {
    relay: EVERY_SECOND,
    prepare: (run) => void run.people.two(),
    act: (run) => run.people.load(run.people.first, { Status: WORKING }),
  },
  /** More records changed without an event than one page of a query holds; nobody gave them a stage. */
  many: {
    relay: EVERY_SECOND,
    prepare: (run) => void run.people.two(),
    act(run) {
      run.people.crowd(MORE_THAN_A_PAGE);
      run.people.load(run.people.first, { Status: WORKING });
    },
  },
  /** The client is forgotten, and comes back with its cursor. */
  resumed: {
    // A cursor follows from an event only.
    warmUp: (run) => run.people.two(),
    act(run) {
      run.world.salesforce.faults.forgetClients();
      for (const id of run.people.records) run.people.update(id, { Status: WORKING });
    },
  },
  /** As `resumed`, after the connection broke. */
  reconnected: {
    warmUp: (run) => run.people.two(),
    act(run) {
      run.world.salesforce.faults.resetSockets();
      for (const id of run.people.records) run.people.update(id, { Status: WORKING });
    },
  },
  'logged in again': {
    act(run) {
      run.world.salesforce.faults.revokeTokens();
      run.people.two();
    },
  },
  'set up again': { relay: { setupEveryMs: 500 }, act: (run) => run.people.two() },
  'window lost': {
    warmUp: (run) => run.people.two(),
    act(run) {
      run.world.salesforce.faults.loseReplayWindow();
      run.world.salesforce.faults.forgetClients();
      for (const id of run.people.records) run.people.update(id, { Status: WORKING });
    },
  },
  /** OneSignal refuses the key to both, so that the relay asks it whether it works. */
  outage: {
    act(run) {
      run.world.onesignal.faults.answer(2, { status: 401, body: { errors: [] } }, { call: 'create_user' });
      run.people.two();
    },
  },
  limited: {
    act(run) {
      const tooMany = { status: 429, body: { errors: ['API rate limit exceeded'] }, headers: { 'retry-after': '1' } };
      run.world.onesignal.faults.answer(1, tooMany, { call: 'create_user' });
      run.people.two();
    },
  },
  asked: {
    async act(run) {
      await run.relay.store.askFor('reconcile', JSON.stringify({ isDryRun: false }));
      run.people.two();
    },
  },
  /** Two that came past the flows. */
  filled: {
    async act(run) {
      run.people.loadTwo();
      const options = { scope: 'all', objects: ['Lead', 'Contact'], isDryRun: false };
      await run.relay.store.askFor('backfill', JSON.stringify(options));
    },
  },
  /** OneSignal is told of the stage itself. */
  told: {
    world: { onesignal: { plan: 'growth' } },
    prepare: ({ world }) => world.org.putMetadataRow('OneSignal_Stage_Mapping__mdt', 'First', TELLS_THE_FIRST_STAGE),
    act: (run) => run.people.two(),
  },
  /** A user of ours of another time holds the alias of a record that comes: its store was lost. */
  contested: {
    act(run) {
      run.people.two();
      for (const [n, id] of run.people.records.entries())
        run.world.onesignal.seedUser({ externalId: OF_ANOTHER_TIME[n] ?? '', aliases: { salesforce_id: id } });
    },
  },
  stopped: {
    prepare: (run) => void run.people.two(),
    act(run) {
      run.people.two();
      void run.relay.restart();
    },
  },
};

function syncEmail({ world }: Stage): void {
  world.org.setSettings({ Sync_Email__c: true });
}

function twoWithEmail(run: Stage): void {
  syncEmail(run);
  run.people.two(WITH_EMAIL);
}

/** Each record names another user from now on. */
function signUp({ people }: Stage): void {
  for (const [index, id] of people.records.entries()) people.update(id, { OneSignal_External_Id__c: `new-${index}` });
}
