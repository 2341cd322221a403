import { relayProcess } from './relay-process.ts';
import { endScenario, type Scenario, startScenario } from './scenario.ts';

afterEach(endScenario);

/** A command on the scenario's store: its exit code and the last line of its output. */
async function command(s: Scenario, ...args: string[]) {
  const { dataDir } = s.relay;
  const ran = relayProcess(args, { ...s.world.environment, RELAY_DATA_DIR: dataDir }, dataDir);
  const code = await ran.ended;
  return { code, last: ran.stdout().trimEnd().split('\n').at(-1) ?? '', stderr: ran.stderr() };
}

/** A change that no event tells of. */
function changeUnseen(s: Scenario, id: string) {
  s.world.org.refusePublishing(1);
  s.update(id, { Status: 'Working - Contacted' });
}

async function synced() {
  const s = await startScenario();
  const id = s.lead();
  await s.settled();
  return { s, id };
}

describe('reconcile', () => {
  test('beside a running relay is done by that relay', async () => {
    const { s, id } = await synced();
    changeUnseen(s, id);
    const { code, last } = await command(s, 'reconcile', '--json');
    expect([code, JSON.parse(last)]).toMatchObject([0, { due: 1, dueBy: { unanswered: 1 }, isDryRun: false }]);
    await s.until('the change is there', () => s.user(id)?.tags.sf_stage === 'Working - Contacted');
  });

  test('with --dry-run counts and changes nothing', async () => {
    const { s, id } = await synced();
    changeUnseen(s, id);
    const { code, last } = await command(s, 'reconcile', '--dry-run');
    expect(code).toBe(0);
    expect(last).toMatch(/1 due \(1 unanswered\)\. Dry run: nothing was changed\.$/);
    expect((await s.relay.store.counts()).due).toBe(0);
  });

  test('where no relay runs is done by the command, and the next relay syncs what it found', async () => {
    const { s, id } = await synced();
    changeUnseen(s, id);
    await s.stop();
    const { code, last } = await command(s, 'reconcile');
    expect(code).toBe(0);
    expect(last).toMatch(/1 due \(1 unanswered\)\. They are synced when the relay runs\.$/);
    await s.restart();
    await s.until('the change is there', () => s.user(id)?.tags.sf_stage === 'Working - Contacted');
  });

  test('says what stopped it and what to do', async () => {
    const { s } = await synced();
    s.world.salesforce.faults.timeOutQueries({});
    const { code, stderr } = await command(s, 'reconcile');
    expect(code).toBe(1);
    expect(stderr).toContain('[RECONCILE_TOO_SLOW]');
  });
});

describe('failures', () => {
  /** One record whose external id OneSignal does not take. */
  async function failed() {
    const s = await startScenario();
    const id = s.lead({ OneSignal_External_Id__c: 'with space' });
    await s.settled();
    return { s, id };
  }

  test('list names each with its reason and what to do next', async () => {
    const { s, id } = await failed();
    const listed = JSON.parse((await command(s, 'failures', 'list', '--json')).last);
    expect(listed).toMatchObject({ count: 1, failures: [{ recordId: id, reason: 'BAD_EXTERNAL_ID' }] });
    expect((await command(s, 'failures', 'list')).last).toBe('1 failure: 1 BAD_EXTERNAL_ID.');
    const other = await command(s, 'failures', 'list', '--reason', 'TAG_LIMIT');
    expect([other.code, other.last]).toEqual([0, 'No failures.']);
  });

  test('retry beside a relay makes it look at the record again', async () => {
    const { s, id } = await failed();
    const before = s.record(id).OneSignal_Sync_Status__c;
    const { outcomes } = s.relay.metrics;
    const count = async () => (await outcomes.get()).values.reduce((sum, { value }) => sum + value, 0);
    const soFar = await count();
    const { code, last } = await command(s, 'failures', 'retry', id, '00Q000000000000AAA');
    expect([code, last]).toEqual([0, '1 to be tried again; 1 of those named are no failures.']);
    await s.until('it has its verdict again', async () => (await count()) > soFar);
    expect(before).toBe('Failed');
  });

  test('retry without saying which changes nothing and says so', async () => {
    const { s } = await failed();
    const { code, stderr } = await command(s, 'failures', 'retry');
    expect([code, stderr]).toEqual([1, expect.stringContaining('[COMMAND_INVALID]')]);
    expect((await command(s, 'failures', 'list', '--reason', 'NO_SUCH')).stderr).toContain('[COMMAND_INVALID]');
  });
});
