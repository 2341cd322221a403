import type { Store } from '../../relay/store/store.ts';
import { type Logger, SILENT_LOGGER } from '../../relay/telemetry/logger.ts';
import { copyPackage } from '../unit/check-metadata/broken-copy.ts';
import { endScenario, type Scenario, startScenario } from './scenario.ts';

afterEach(endScenario);

const FIRST_STAGE = 'Open - Not Contacted';
const WORKING = 'Working - Contacted';
const TAG_ROW = 'OneSignal_Tag_Mapping__mdt';
const LEAD_SOURCE = {
  Object_Name__c: 'Lead',
  Field__c: 'LeadSource',
  Kind__c: 'Tag',
  Tag__c: 'source',
  Transform__c: 'text',
  Is_Active__c: true,
};

/** Starts the relay again and waits until it has compared everything and come to rest. */
async function reconciled(s: Scenario): Promise<void> {
  let isOver = false;
  const wrapStore = (store: Store): Store => ({
    ...store,
    async commitReconciled(pass) {
      await store.commitReconciled(pass);
      if (pass.mark !== undefined) isOver = true;
    },
  });
  await s.restart({ wrapStore });
  await s.until('the pass is over', () => isOver);
  await s.settled();
}

/** As a data load does it, whose user holds the bypass: no stamp, no event. */
function load(s: Scenario, id: string, values: Record<string, string>): void {
  const saved = s.world.org.update('Lead', id, values, s.world.relayUser, { autoAssign: false });
  if (!saved.success) throw new Error('not saved');
}

describe('events that were never published', () => {
  test('because a flow was switched off: known records follow, and so do new ones that have a stamp', async () => {
    const flowOff = copyPackage();
    flowOff.replace(
      'main/default/flows/OneSignal_Lead_After_Save.flow-meta.xml',
      '<status>Active</status>',
      '<status>Obsolete</status>',
    );
    const packageDirs = [`${flowOff.directory}/main/default`];
    const s = await startScenario({ world: { org: { packageDirs } } });
    flowOff.remove();
    const id = s.lead();
    await reconciled(s);
    s.update(id, { Status: WORKING });
    const added = s.lead();
    expect(s.world.org.counters.published).toBe(0);
    await reconciled(s);
    expect([s.user(id)?.tags.sf_stage, s.user(added)?.tags.sf_stage]).toEqual([WORKING, FIRST_STAGE]);
    expect([s.said(id), s.said(added)]).toEqual(['Synced OK', 'Synced OK']);
  });

  test('because publishing was refused for a while', async () => {
    const s = await startScenario();
    const ids = [s.lead(), s.lead(), s.lead()];
    await s.settled();
    s.world.org.refusePublishing(3);
    for (const id of ids) s.update(id, { Status: WORKING });
    await reconciled(s);
    expect(ids.map((id) => s.user(id)?.tags.sf_stage)).toEqual([WORKING, WORKING, WORKING]);
  });

  test('or not delivered because the allocation of the day is spent', async () => {
    const s = await startScenario({ relay: { reconcileEveryMs: 200 } });
    const id = s.lead();
    await s.settled();
    s.world.salesforce.faults.spendDeliveries();
    await s.until('the stream waits', () => s.reasons().includes('STREAM_NOT_SUBSCRIBED'));
    s.update(id, { Status: WORKING });
    await s.until('reconcile finds it', () => s.user(id)?.tags.sf_stage === WORKING);
    expect(s.reasons()).toContain('STREAM_NOT_SUBSCRIBED');
    await s.until('the record says so', () => s.record(id).OneSignal_Synced_Stage__c === WORKING);
  });
});

describe('details that changed without an event', () => {
  const prepare: Parameters<typeof startScenario>[0] = {
    world: {
      org: { packageDirs: ['sfdx/main/default', 'test/fixtures/mapped-fields'] },
      onesignal: { plan: 'growth' },
      relayPermissionSets: ['Mapped_Fields'],
    },
    prepare({ org }) {
      org.setSettings({ Max_Tags__c: 10 });
      org.putMetadataRow(TAG_ROW, 'Source', LEAD_SOURCE);
    },
  };

  test('a field that a mapping row names, and that no flow watches', async () => {
    const s = await startScenario(prepare);
    const id = s.lead({ LeadSource: 'Web' });
    await s.settled();
    const { published } = s.world.org.counters;
    s.update(id, { LeadSource: 'Phone Inquiry' });
    expect(s.world.org.counters.published).toBe(published);
    await reconciled(s);
    expect(s.user(id)?.tags).toMatchObject({ sf_stage: FIRST_STAGE, source: 'Phone Inquiry' });
  });

  test('the external id, by a user with the bypass', async () => {
    const s = await startScenario();
    const id = s.lead();
    await s.settled();
    const loader = { username: 'loader@emulated.example', permissionSets: ['OneSignal_Relay'], isAdministrator: true };
    const saved = s.world.org.update('Lead', id, { OneSignal_External_Id__c: 'app-7' }, s.world.org.addUser(loader), {
      autoAssign: false,
    });
    expect(saved.success).toBe(true);
    await reconciled(s);
    expect([s.user('app-7')?.tags.sf_stage, s.user(id)?.tags]).toEqual([FIRST_STAGE, {}]);
  });

  test('a change that concerns no input of the plan costs no call to OneSignal', async () => {
    const s = await startScenario();
    const id = s.lead();
    await s.settled();
    const { requests } = s.world.onesignal.stats;
    s.update(id, { Company: 'Acme Holding' });
    await reconciled(s);
    expect(s.world.onesignal.stats.requests).toBe(requests);
  });
});

describe('deletions, restorations and conversions whose events were lost', () => {
  test('a restored record is synced anew, whoever deleted it', async () => {
    const s = await startScenario();
    const id = s.lead();
    await s.settled();
    s.remove(id);
    await s.settled();
    expect(s.user(id)?.tags).toEqual({});
    s.world.org.undelete('Lead', id, s.world.seller);
    await reconciled(s);
    expect(s.user(id)).toMatchObject({ tags: { sf_stage: FIRST_STAGE }, aliases: { salesforce_id: id } });
    expect(s.said(id)).toBe('Synced OK');
  });

  test('a record that the relay may not see is no deletion, and back in sight it follows', async () => {
    const s = await startScenario();
    const id = s.lead();
    await s.settled();
    const { requests } = s.world.onesignal.stats;
    load(s, id, { Status: WORKING });
    s.world.org.hide(id, { evenViewAll: true });
    await reconciled(s);
    expect(s.world.onesignal.stats.requests).toBe(requests);
    expect(s.user(id)).toMatchObject({ tags: { sf_stage: FIRST_STAGE }, aliases: { salesforce_id: id } });
    s.world.org.unhide(id);
    await reconciled(s);
    expect(s.user(id)?.tags.sf_stage).toBe(WORKING);
  });

  test('a lead that was won is one user with its contact', async () => {
    const s = await startScenario();
    const id = s.lead();
    await s.settled();
    s.world.org.losePublished(10);
    const contactId = s.convert(id);
    await reconciled(s);
    expect(s.user(id)).toMatchObject({
      tags: { sf_stage: 'Closed - Converted' },
      aliases: { salesforce_id: contactId, salesforce_lead_id: id },
    });
    expect([s.said(id), s.said(contactId)]).toEqual(['Synced OK', 'Synced OK']);
  });
});

describe('a record that does not take its status', () => {
  test('because a validation rule refuses it: passes neither read it again nor make it due', async () => {
    const s = await startScenario();
    const refuses = (row: Record<string, unknown>) => row.OneSignal_Sync_Status__c !== null;
    s.world.org.addValidationRule('Lead', refuses, 'Not now.');
    const id = s.lead();
    await s.until('it is refused', async () => (await s.relay.store.counts()).deadLetters === 1);
    await expectNoWork(s, id);
    expect(await s.relay.store.counts()).toMatchObject({ due: 0, deadLetters: 1 });
  });

  test('because it is a converted lead: passes neither read it again nor make it due', async () => {
    const s = await startScenario();
    const id = s.lead();
    await s.settled();
    s.world.salesforce.faults.failRows(9, { statusCode: 'CANNOT_UPDATE_CONVERTED_LEAD' }, id);
    const contactId = s.convert(id);
    await s.settled();
    expect([s.said(contactId), s.record(id).OneSignal_Synced_Stage__c]).toEqual(['Synced OK', FIRST_STAGE]);
    await expectNoWork(s, id);
  });

  async function expectNoWork(s: Scenario, id: string): Promise<void> {
    const work = () => [s.world.onesignal.stats.requests, s.world.salesforce.stats.recordWrites.get(id)];
    const before = work();
    const asked: string[] = [];
    const { open } = s.world.org;
    s.world.org.open = (soql, as, options) => {
      asked.push(soql);
      return open(soql, as, options);
    };
    for (let pass = 0; pass < 3; pass += 1) await reconciled(s);
    expect(work()).toEqual(before);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((soql) => soql.includes(id))).toEqual([]);
  }
});

test('a pass that Salesforce is too slow for is told, holds nothing else up, and is made up for later', async () => {
  const s = await startScenario();
  const [changed, loaded] = [s.lead(), s.lead()] as const;
  await s.settled();
  load(s, loaded, { Status: WORKING });
  s.world.salesforce.faults.timeOutQueries({ spanMs: 0 });
  const told: unknown[] = [];
  const logger: Logger = { ...SILENT_LOGGER, error: (_, fields) => void told.push(fields?.code) };
  await s.restart({ logger, reconcileEveryMs: 200 });
  await s.until('it is told', () => told.includes('RECONCILE_TOO_SLOW'));
  s.update(changed, { Status: WORKING });
  await s.until('the other one is synced', () => s.user(changed)?.tags.sf_stage === WORKING);
  expect([s.user(loaded)?.tags.sf_stage, s.reasons()]).toEqual([FIRST_STAGE, []]);
  const warnings = () => s.relay.relay.readiness().warnings;
  expect(warnings()).toEqual([expect.stringContaining('does not hand out in time')]);
  s.world.salesforce.faults.answerQueries();
  await s.until('it is made up for', () => s.user(loaded)?.tags.sf_stage === WORKING);
  await s.until('nothing is warned of any more', () => warnings().length === 0);
  await s.settled();
});

test('runs at once when the replay window is lost while the relay runs', async () => {
  const s = await startScenario();
  const id = s.lead();
  await s.settled();
  const { faults } = s.world.salesforce;
  faults.denyHandshakes();
  faults.forgetClients();
  faults.resetSockets();
  await s.until('the stream is interrupted', () => s.reasons().includes('STREAM_NOT_SUBSCRIBED'));
  s.update(id, { Status: WORKING });
  faults.loseReplayWindow();
  faults.allowHandshakes();
  await s.until('reconcile finds it', () => s.user(id)?.tags.sf_stage === WORKING);
  await s.until('the record says so', () => s.record(id).OneSignal_Synced_Stage__c === WORKING);
});

test('runs again and again while the relay runs', async () => {
  const s = await startScenario({ relay: { reconcileEveryMs: 100 } });
  const id = s.lead();
  await s.settled();
  for (const stage of [WORKING, FIRST_STAGE, WORKING]) {
    load(s, id, { Status: stage });
    await s.until(`${stage} is known`, () => s.user(id)?.tags.sf_stage === stage);
  }
  await s.settled();
});
