import { OrgRefusal } from '../emulators/salesforce/org-contract.ts';
import { endScenario, startScenario } from './scenario.ts';

afterEach(endScenario);

const FIRST_STAGE = 'Open - Not Contacted';
const WORKING = 'Working - Contacted';

describe('a deleted record', () => {
  test('loses its tags and aliases by default, and the user stays', async () => {
    const s = await startScenario();
    const id = s.lead();
    await s.settled();
    s.remove(id);
    await s.settled();
    expect(s.user(id)).toMatchObject({ tags: {}, aliases: { external_id: id } });
    expect((await s.relay.store.knownRecords([id])).get(id)?.verdict?.status).toBe('Skipped');
  });

  test('with Deleted_Record__c = Keep leaves everything as it is', async () => {
    const s = await startScenario({ prepare: ({ org }) => org.setSettings({ Deleted_Record__c: 'Keep' }) });
    const id = s.lead();
    await s.settled();
    const { requests } = s.world.onesignal.stats;
    s.remove(id);
    await s.settled();
    expect(s.user(id)).toMatchObject({ tags: { sf_stage: FIRST_STAGE }, aliases: { salesforce_id: id } });
    expect(s.world.onesignal.stats.requests).toBe(requests);
  });

  test('with Deleted_Record__c = DeleteUser takes its user along', async () => {
    const s = await startScenario({ prepare: ({ org }) => org.setSettings({ Deleted_Record__c: 'DeleteUser' }) });
    const id = s.lead();
    await s.settled();
    s.remove(id);
    await s.settled();
    expect(s.user(id)).toBeUndefined();
  });

  test('with Deleted_Record__c = DeleteUser does not take a user along that another record stands for', async () => {
    const s = await startScenario({ prepare: ({ org }) => org.setSettings({ Deleted_Record__c: 'DeleteUser' }) });
    const [one, other] = [1, 2].map(() => s.lead({ OneSignal_External_Id__c: 'acct-1' })) as [string, string];
    await s.settled();
    s.remove(one);
    await s.settled();
    expect(s.user('acct-1')).toMatchObject({ tags: { sf_stage: FIRST_STAGE }, aliases: { salesforce_id: other } });
  });

  test('that is in no query any more is taken for deleted when its event says so', async () => {
    const s = await startScenario();
    const id = s.lead();
    await s.settled();
    await s.stop();
    s.remove(id);
    s.world.org.purge('Lead', id);
    await s.restart();
    await s.settled();
    expect(s.user(id)?.tags).toEqual({});
  });

  test('whose event was lost is found in the recycle bin by reconcile', async () => {
    const s = await startScenario();
    const id = s.lead();
    await s.settled();
    await s.stop();
    s.world.org.losePublished(1);
    s.remove(id);
    await s.restart();
    await s.until('the tags are gone', () => Object.keys(s.user(id)?.tags ?? {}).length === 0);
    await s.settled();
  });

  test('that is restored gets its user back, found by reconcile since no flow can tell of it', async () => {
    const s = await startScenario({ prepare: ({ org }) => org.setSettings({ Deleted_Record__c: 'DeleteUser' }) });
    const id = s.lead();
    await s.settled();
    s.remove(id);
    await s.settled();
    await s.stop();
    s.world.org.undelete('Lead', id, s.world.seller);
    await s.restart();
    await s.until('the user is back', () => s.user(id)?.tags.sf_stage === FIRST_STAGE);
    await s.settled();
    expect(s.said(id)).toBe('Synced OK');
  });

  test('leaves a user alone that its record left for another one, even when the write had to be asserted again', async () => {
    const s = await startScenario({ prepare: ({ org }) => org.setSettings({ Deleted_Record__c: 'DeleteUser' }) });
    const id = s.lead();
    await s.settled();
    s.world.onesignal.faults.dropAnswerAfterApply(1, { call: 'update_user' });
    s.update(id, { OneSignal_External_Id__c: 'acct-2' });
    await s.settled();
    const left = (await s.relay.store.users([id])).get(id);
    if (left === undefined) throw new Error('the doubt was forgotten');
    expect(left.assertAt).toBeGreaterThan(Date.now() + 80_000);
    await assertNow(s, id);
    expect(s.user(id)).toMatchObject({ tags: {}, aliases: { external_id: id } });
    expect(s.world.onesignal.stats.count('delete_user')).toBe(0);
  });
});

/** Lets the time of a user's assertion come, and waits until it has been made. */
async function assertNow(s: Awaited<ReturnType<typeof startScenario>>, key: string): Promise<void> {
  const { store } = s.relay;
  const user = (await store.users([key])).get(key);
  if (user === undefined) throw new Error(`no user ${key}`);
  const overdue = { ...user, assertAt: Date.now() - 1 };
  await s.relay.process.commitSync(
    [{ leases: [], verdicts: [], links: [], users: [overdue], forgottenUsers: [] }],
    Date.now(),
  );
  s.lead();
  await s.until(
    'the assertion is made',
    async () => ((await store.users([key])).get(key)?.assertAt ?? null) !== overdue.assertAt,
  );
  await s.settled();
}

describe('a record that the relay’s user can’t see', () => {
  test('is never taken for deleted: nothing is sent and the failure is kept', async () => {
    const s = await startScenario();
    const id = s.lead();
    await s.settled();
    const { requests } = s.world.onesignal.stats;
    s.world.org.hide(id, { evenViewAll: true });
    s.update(id, { Status: WORKING });
    await s.settled();
    expect(s.world.onesignal.stats.requests).toBe(requests);
    expect(s.user(id)?.tags.sf_stage).toBe(FIRST_STAGE);
    expect(await s.relay.store.counts()).toMatchObject({ deadLetters: 1 });
    s.world.org.unhide(id);
    s.update(id, { Status: FIRST_STAGE });
    await s.settled();
    expect(s.said(id)).toBe('Synced OK');
  });
});

describe('reconcile', () => {
  test('finds a change whose event was lost on the way', async () => {
    const s = await startScenario();
    const id = s.lead();
    await s.settled();
    await s.stop();
    s.world.org.losePublished(1);
    s.update(id, { Status: WORKING });
    await s.restart();
    await s.until('the stage is known', () => s.user(id)?.tags.sf_stage === WORKING);
    await s.settled();
    expect(s.said(id)).toBe('Synced OK');
  });

  test('finds a change of this very second, which the Date header of the login is behind', async () => {
    const s = await startScenario({ world: { salesforce: { clock: () => Date.now() - 3_000 } } });
    const id = s.lead();
    await s.settled();
    await s.stop();
    s.world.org.losePublished(1);
    s.update(id, { Status: WORKING });
    await s.restart();
    await s.until('the stage is known', () => s.user(id)?.tags.sf_stage === WORKING, 10_000);
    await s.settled();
  });

  test('finds a change whose event could not be published, and the save went through all the same', async () => {
    const s = await startScenario();
    const id = s.lead();
    await s.settled();
    await s.stop();
    s.world.org.refusePublishing(1);
    s.update(id, { Status: WORKING });
    expect(s.record(id).Status).toBe(WORKING);
    await s.restart();
    await s.until('the stage is known', () => s.user(id)?.tags.sf_stage === WORKING);
    await s.settled();
  });

  test('follows a known record that a data load changed without stamp and event', async () => {
    const s = await startScenario();
    const id = s.lead();
    await s.settled();
    await s.stop();
    expect(s.world.org.update('Lead', id, { Status: WORKING }, s.world.relayUser, { autoAssign: false }).success).toBe(
      true,
    );
    await s.restart();
    await s.until('the stage is known', () => s.user(id)?.tags.sf_stage === WORKING);
    await s.settled();
    expect(s.record(id).OneSignal_Synced_Stage__c).toBe(WORKING);
  });

  test('does not touch records that were there before and never asked for a sync', async () => {
    const s = await startScenario();
    const known = s.lead();
    await s.settled();
    await s.stop();
    const loader = { username: 'loader@emulated.example', permissionSets: ['OneSignal_Relay'], isAdministrator: true };
    const loaded = s.world.org.create('Lead', { LastName: 'Loaded', Company: 'Acme' }, s.world.org.addUser(loader));
    if (!loaded.success) throw new Error('not saved');
    s.world.org.losePublished(1);
    s.update(known, { Status: WORKING });
    await s.restart();
    await s.until('the pass is over', () => s.user(known)?.tags.sf_stage === WORKING);
    await s.settled();
    expect(s.record(loaded.id).OneSignal_Sync_Status__c).toBeNull();
    expect(s.user(loaded.id)).toBeUndefined();
  });

  test('takes along what waited for a sync before the relay was first started', async () => {
    let waiting: string[] = [];
    const s = await startScenario({
      prepare({ org, seller }) {
        waiting = [1, 2, 3].map((n) => {
          const saved = org.create('Lead', { LastName: `Waiting ${n}`, Company: 'Acme' }, seller);
          if (!saved.success) throw new Error('not saved');
          return saved.id;
        });
      },
    });
    await s.until('all are synced', () => waiting.every((id) => s.said(id) === 'Synced OK'));
    await s.settled();
  });

  test('leaves more than 1,000 that waited before the first start to a person, and says so', async () => {
    const s = await startScenario({
      prepare({ org, seller }) {
        for (let n = 0; n < 1_001; n += 1) org.create('Lead', { LastName: `Waiting ${n}`, Company: 'Acme' }, seller);
      },
    });
    await s.until('it is said', () =>
      s.relay.relay.readiness().warnings.some((warning) => warning.startsWith('1,001 records')),
    );
    expect(await s.relay.store.counts()).toMatchObject({ due: 0 });
    expect(s.world.onesignal.stats.requests).toBe(0);
    expect(s.relay.relay.readiness().isReady).toBe(true);
    await s.restart();
    await s.until('it is said', () =>
      s.relay.relay.readiness().warnings.some((warning) => warning.startsWith('1,001 records')),
    );
    await s.settled();
    expect(s.world.onesignal.stats.requests).toBe(0);
  });

  test('moves the mark only after a full pass', async () => {
    const s = await startScenario();
    const id = s.lead();
    await s.settled();
    const mark = await s.relay.store.mark();
    await s.stop();
    s.world.org.losePublished(1);
    s.update(id, { Status: WORKING });
    // Login, settings, mapping and descriptions are answered; every query of the pass is not.
    const isOfThePass = (soql: string) => soql.includes('SystemModstamp >=') && soql.includes('FROM Contact');
    const { open } = s.world.org;
    s.world.org.open = (soql, as, options) => {
      if (isOfThePass(soql)) throw new OrgRefusal('REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.', 403);
      return open(soql, as, options);
    };
    await s.restart({ waitsForReady: false });
    await s.until('the side stands still', () => s.reasons().includes('SALESFORCE_API_LIMIT'));
    expect(await s.relay.store.mark()).toBe(mark);
    s.world.org.open = open;
    await s.until('the pass is over', async () => ((await s.relay.store.mark()) ?? 0) > (mark ?? 0));
    await s.settled();
    expect(s.user(id)?.tags.sf_stage).toBe(WORKING);
  });

  test('closes the gap at once when a first subscription missed an event', async () => {
    const s = await startScenario();
    const { faults } = s.world.salesforce;
    faults.denyHandshakes();
    faults.forgetClients();
    faults.resetSockets();
    await s.until('the stream is interrupted', () => s.reasons().includes('STREAM_NOT_SUBSCRIBED'));
    const id = s.lead();
    faults.allowHandshakes();
    await s.until('the lead is known', () => s.user(id) !== undefined);
    await s.until('the record says so', () => s.said(id) === 'Synced OK');
  });
});
