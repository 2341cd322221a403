import type { z } from 'zod';
import { readEnvironment } from '../../relay/config/environment.ts';
import { type ConsoleOptions, consoleRoutes } from '../../relay/server/console/console-routes.ts';
import { type HttpServer, startHttpServer } from '../../relay/server/http-server.ts';
import * as answers from './console-answers.ts';
import { endScenario, firstPassIsOver, type Scenario, type ScenarioOptions, startScenario } from './scenario.ts';

const TOKEN = 'a-token-of-some-length';
const [FIRST, WORKING, QUALIFIED] = ['Open - Not Contacted', 'Working - Contacted', 'Closed - Converted'];
const RULE = { statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'no' };

let server: HttpServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
  await endScenario();
});

interface Console {
  s: Scenario;
  get<T>(path: string, schema: z.ZodType<T>): Promise<T>;
  post<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T>;
  /** The status and code of an error. */
  refused(path: string, body?: unknown): Promise<unknown>;
}

async function startConsole(options: ScenarioOptions = {}, given: Partial<ConsoleOptions> = {}): Promise<Console> {
  const relay = { ...options.relay, variables: { RELAY_ADMIN_TOKEN: TOKEN, ...options.relay?.variables } };
  const s = await startScenario({ ...options, relay });
  await firstPassIsOver(s);
  const environment = readEnvironment({ ...s.world.environment, RELAY_ADMIN_TOKEN: TOKEN }, String);
  server = await startHttpServer({
    ...{ host: '127.0.0.1', port: 0, version: '0.0.0', metrics: s.relay.metrics },
    readiness: () => s.relay.relay.readiness(),
    beforeMetrics: async () => undefined,
    routes: [consoleRoutes({ environment, commit: 'abc', view: () => s.relay.relay.view, ...given })],
  });
  const { url } = server;
  const ask = async (path: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${TOKEN}`, connection: 'close', 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(url + path, { headers, ...sent });
    return { status: response.status, body: await response.json() };
  };
  const answered = async <T>(schema: z.ZodType<T>, path: string, body?: unknown) => {
    const answer = await ask(path, body);
    expect([path, answer.status, answer.body]).toEqual([path, 200, expect.anything()]);
    return schema.parse(answer.body);
  };
  return {
    s,
    get: (path, schema) => answered(schema, path),
    post: (path, body, schema) => answered(schema, path, body),
    async refused(path, body) {
      const answer = await ask(path, body);
      return [answer.status, answers.ERROR.parse(answer.body).code];
    },
  };
}

const kinds = (timeline: readonly { kind: string }[]) => timeline.map(({ kind }) => kind);

test('the overview tells of the stream, the work and the budgets', async () => {
  const { s, get } = await startConsole();
  s.lead();
  await s.settled();
  const overview = await get('/api/overview', answers.OVERVIEW);
  expect(overview).toMatchObject({
    commit: 'abc',
    isReady: true,
    stream: { state: 'subscribed', channel: '/event/OneSignal_Stage_Change__e' },
    work: { isPaused: false, due: 0, deadLetters: 0 },
    backfill: null,
  });
  expect(overview.orgId).toMatch(/^00D/);
  expect(overview.stream.lastEventAt).not.toBeNull();
  expect(overview.stream.latency?.p99).toBeGreaterThan(0);
  expect(overview.budgets.api).toMatchObject({ phase: 'easy', runsOutAt: null });
  expect(overview.budgets.api?.used).toBeGreaterThan(0);
});

test('the story of a record tells each change from its event to its status, the newest first', async () => {
  const { s, get } = await startConsole();
  const id = s.lead({ Status: FIRST, OneSignal_External_Id__c: 'app-1' });
  await s.settled();
  s.update(id, { Status: WORKING });
  await s.settled();
  const story = await get(`/api/records/${id.slice(0, 15)}`, answers.STORY);
  expect(story).toMatchObject({
    recordId: id,
    state: 'Synced',
    reason: 'OK',
    userKey: 'app-1',
    stage: WORKING,
    isWrittenBack: true,
    tags: { sf_stage: WORKING, sf_stage_at: s.user('app-1')?.tags.sf_stage_at },
    tagsWithoutValue: [],
    aliases: { salesforce_id: id },
  });
  const told = story.timeline.toReversed();
  expect(kinds(told)).toEqual([
    ...['due', 'plan', 'call', 'verdict', 'write_back'],
    ...['due', 'plan', 'call', 'verdict', 'write_back'],
  ]);
  const [created, first, , , , moved, second, call, verdict, written] = told;
  expect(created).toMatchObject({ cause: 'Created', stage: FIRST });
  expect(first).toMatchObject({ added: { sf_stage: FIRST }, changed: [], removed: [] });
  expect(moved).toMatchObject({ cause: 'StageChanged', stage: WORKING, changedAt: expect.any(Number) });
  expect(second).toMatchObject({
    added: {},
    changed: expect.arrayContaining([{ tag: 'sf_stage', from: FIRST, to: WORKING }]),
  });
  expect(call).toMatchObject({ call: 'update tags', answer: 'accepted (202)' });
  expect(verdict).toMatchObject({ status: 'Synced', reason: 'OK', stage: WORKING });
  expect(written).toMatchObject({ answer: 'written' });
});

test('a call that OneSignal did not take is told with its answer, and the try after it', async () => {
  const { s, get } = await startConsole();
  s.world.onesignal.faults.answer(1, { status: 503, body: 'no' });
  const id = s.lead();
  await s.settled();
  const { timeline } = await get(`/api/records/${id}`, answers.STORY);
  expect(timeline.filter(({ kind }) => kind === 'due')).toHaveLength(1);
  const calls = timeline.flatMap((entry) => (entry.kind === 'call' ? [entry.answer] : []));
  expect(calls[0]).toMatch(/^(created|existing|accepted) /);
  expect(calls.at(-1)).toBe('unavailable (503)');
});

test('without the console’s token nothing of a record’s tags is kept', async () => {
  const s = await startScenario();
  const id = s.lead();
  await s.settled();
  expect(await s.relay.store.journal({ recordId: id, limit: 10 })).toEqual([]);
  expect((await s.relay.store.size()).rows.journal).toBe(0);
});

test('a crowd’s work is not in the journal, and its story still says what it came to', async () => {
  const { s, get } = await startConsole();
  const id = s.lead({ Status: FIRST });
  await s.settled();
  const change = { recordId: id, object: 'Lead', isDeletion: false, hint: undefined, isForced: true } as const;
  const rowsBefore = (await s.relay.store.journal({ recordId: id, limit: 100 })).length;
  await s.relay.process.commitReconciled({
    changes: [{ ...change, lane: 'bulk', cause: 'backfill' }],
    mark: undefined,
    at: s.relay.store.now(),
  });
  // The worker hears of it with the next change.
  s.lead();
  await s.settled();
  expect(await s.relay.store.journal({ recordId: id, limit: 100 })).toHaveLength(rowsBefore);
  const story = await get(`/api/records/${id}`, answers.STORY);
  expect(story.tags.sf_stage).toBe(FIRST);
});

test('a record is found by its id of 15 or 18, by external id and by OneSignal id', async () => {
  const { s, get } = await startConsole();
  const id = s.lead({ OneSignal_External_Id__c: 'app-1' });
  s.lead();
  await s.settled();
  const onesignalId = String(s.record(id).OneSignal_Id__c);
  for (const q of [id, id.slice(0, 15), ` ${id} `, 'app-1', onesignalId, onesignalId.toUpperCase()]) {
    const { records } = await get(`/api/search?q=${encodeURIComponent(q)}`, answers.SEARCH);
    expect([q, records]).toMatchObject([q, [{ recordId: id, state: 'Synced', userKey: 'app-1', onesignalId }]]);
  }
  expect((await get('/api/search?q=app-', answers.SEARCH)).records).toEqual([]);
});

test('failures come by reason with what to do, and a retry brings each back', async () => {
  const { s, get, post } = await startConsole();
  const bad = s.lead({ OneSignal_External_Id__c: 'not an id' });
  const worse = s.lead({ OneSignal_External_Id__c: 'nor/this' });
  s.world.salesforce.faults.failRows(1, RULE);
  await s.until('both failed', async () => (await s.relay.store.counts()).deadLetters === 2);
  await s.settled();
  const before = await get('/api/failures', answers.FAILURES);
  expect(before.groups).toMatchObject([
    { reason: 'BAD_EXTERNAL_ID', count: 2, next: expect.stringMatching(/Correct/) },
  ]);
  expect(before.records.map(({ recordId }) => recordId).sort()).toEqual([bad, worse].sort());
  expect(before.after).toBeNull();
  expect((await get('/api/failures?reason=TAG_LIMIT', answers.FAILURES)).records).toEqual([]);
  expect(await post('/api/failures/retry', { reason: 'TAG_LIMIT' }, answers.RETRY)).toEqual({ retried: 0 });
  expect(await post('/api/failures/retry', { recordIds: [bad.slice(0, 15)] }, answers.RETRY)).toEqual({ retried: 1 });
  await s.settled();
  s.update(bad, { OneSignal_External_Id__c: 'app-1' });
  await s.settled();
  expect(s.said(bad)).toBe('Synced OK');
  expect(await post('/api/failures/retry', {}, answers.RETRY)).toEqual({ retried: 1 });
  await s.settled();
  const { timeline } = await get(`/api/records/${worse}`, answers.STORY);
  expect(timeline.find(({ kind }) => kind === 'due')).toMatchObject({ cause: 'retry' });
});

test('a status that Salesforce refuses is a failure, and its story says what Salesforce said', async () => {
  const { s, get, post } = await startConsole();
  s.world.salesforce.faults.failRows(1, RULE);
  const id = s.lead();
  await s.until('it is refused', async () => (await s.relay.store.counts()).deadLetters === 1);
  const { records } = await get('/api/failures?reason=WRITE_BACK_REFUSED', answers.FAILURES);
  expect(records).toMatchObject([{ recordId: id, detail: expect.stringContaining(RULE.statusCode) }]);
  const story = await get(`/api/records/${id}`, answers.STORY);
  expect(story).toMatchObject({ isWrittenBack: false, writeBackError: RULE.statusCode });
  expect(story.timeline[0]).toMatchObject({ kind: 'write_back', answer: RULE.statusCode });
  expect(await post('/api/failures/retry', {}, answers.RETRY)).toEqual({ retried: 1 });
  await s.settled();
  expect(s.said(id)).toBe('Synced OK');
});

test('what the last hours held outlives the process', async () => {
  const { s, get } = await startConsole();
  s.lead();
  await s.settled();
  await s.restart();
  const { stepMs, points } = await get('/api/history?hours=1', answers.HISTORY);
  expect(stepMs).toBe(60_000);
  const sum = (name: 'events' | 'synced' | 'salesforceCalls' | 'onesignalRequests') =>
    points.reduce((total, point) => total + point[name], 0);
  expect([sum('events'), sum('synced')]).toEqual([1, 1]);
  expect([sum('salesforceCalls'), sum('onesignalRequests')].every((total) => total > 0)).toBe(true);
  expect(points.some(({ latency }) => latency !== null)).toBe(true);
  expect((await get('/api/history?hours=168', answers.HISTORY)).stepMs).toBe(1_800_000);
});

test('the mapping shows stages that no row maps, tags, and settings that somebody chose', async () => {
  const { s, get } = await startConsole({
    prepare({ org, relayUser }) {
      relayUser.isAdministrator = true;
      org.setSettings({ Max_Tags__c: 10 });
      const row = { Object_Name__c: 'Lead', Is_Active__c: true };
      org.putMetadataRow('OneSignal_Stage_Mapping__mdt', 'New', { ...row, Stage__c: FIRST, Lifecycle_Stage__c: 'new' });
      org.putMetadataRow('OneSignal_Stage_Mapping__mdt', 'Old', {
        ...row,
        Stage__c: 'Gone',
        Lifecycle_Stage__c: 'old',
      });
      const tag = { Field__c: 'LeadSource', Kind__c: 'Tag', Tag__c: 'source', Transform__c: 'slug' };
      org.putMetadataRow('OneSignal_Tag_Mapping__mdt', 'Source', { ...row, ...tag });
    },
  });
  const { stages, tags, settings } = await get('/api/mapping', answers.MAPPING);
  const of = (stage: string) => stages.find((one) => one.object === 'Lead' && one.stage === stage);
  expect(of(FIRST)).toMatchObject({ lifecycleStage: 'new', isInPicklist: true });
  expect(of(QUALIFIED)).toMatchObject({ lifecycleStage: null, isInPicklist: true });
  expect(of('Gone')).toMatchObject({ lifecycleStage: 'old', isInPicklist: false });
  expect(tags).toEqual([{ object: 'Lead', field: 'LeadSource', kind: 'Tag', tag: 'source', transform: 'slug' }]);
  expect(settings.filter(({ isDefault }) => !isDefault)).toEqual([
    { name: 'Max_Tags__c', value: '10', isDefault: false },
  ]);
  const asked = s.world.salesforce.stats.calls.describe;
  await get('/api/mapping', answers.MAPPING);
  expect(s.world.salesforce.stats.calls.describe).toBe(asked);
});

test('a preview says what a sync would change, and sends nothing', async () => {
  const { s, post } = await startConsole();
  const known = s.lead({ Status: FIRST });
  await s.settled();
  const writes = s.world.onesignal.stats.writes.length;
  s.world.org.setSettings({ Is_Paused__c: true });
  s.update(known, { Status: WORKING });
  const { records } = await post('/api/preview', { recordIds: [known.slice(0, 15)] }, answers.PREVIEW);
  expect(records).toMatchObject([{ recordId: known, status: 'Synced', reason: 'OK', userKey: known, added: {} }]);
  expect(records[0]?.changed).toContainEqual({ tag: 'sf_stage', from: FIRST, to: WORKING });
  expect(s.world.onesignal.stats.writes).toHaveLength(writes);
});

test('what is not there, or not to be read, is said with a code', async () => {
  const { refused } = await startConsole();
  const invalid = [400, 'CONSOLE_REQUEST_INVALID'];
  const missing = [404, 'CONSOLE_NOT_FOUND'];
  expect(await refused('/api/records/00Q000000000001EAA')).toEqual(missing);
  expect(await refused('/api/records/%27%20OR%201=1')).toEqual(missing);
  expect(await refused('/api/nothing')).toEqual(missing);
  for (const path of [
    'history?hours=0',
    'history?hours=x',
    'failures?reason=NONE',
    'search',
    'search?q=',
    'conversions?days=0',
  ])
    expect([path, await refused(`/api/${path}`)]).toEqual([path, invalid]);
  for (const body of [
    { recordIds: [] },
    { recordIds: ['nobody'] },
    { recordIds: 'x' },
    {},
    { recordIds: Array(21).fill('a') },
  ])
    expect([body, await refused('/api/preview', body)]).toEqual([body, invalid]);
  for (const body of [{ recordIds: [] }, { reason: 'NONE' }, { all: true }])
    expect([body, await refused('/api/failures/retry', body)]).toEqual([body, invalid]);
});

test('alerts come from who knows them', async () => {
  const alert = { name: 'stream_silent', since: 1_764_000_000_000, what: 'Silent.', next: 'Look.' };
  const { get } = await startConsole({}, { alerts: () => [alert] });
  expect((await get('/api/overview', answers.OVERVIEW)).alerts).toEqual([alert]);
});

test('what a person did with messages is in the timeline and among the conversions', async () => {
  const { s, get } = await startConsole();
  const id = s.lead();
  await s.settled();
  const { store, process } = s.relay;
  const clicked = { channel: 'email', what: 'clicked', externalId: id, onesignalId: null } as const;
  await store.addEngagement([{ ...clicked, id: 'e', at: store.now(), messageId: 'm', messageName: 'Hi' }], store.now());
  const digest = { users: [], moves: [], records: [], writeAt: 0, now: store.now() };
  await process.commitEngagement({ ...digest, events: [{ id: 'e', userKey: id, recordId: id }] });
  const entries = (await get(`/api/records/${id}`, answers.STORY)).timeline;
  expect(entries).toContainEqual(
    expect.objectContaining({ kind: 'engagement', event: 'email.clicked', message: 'Hi' }),
  );
  const row = { object: 'Lead', stage: FIRST, messageId: 'm', messageName: 'Hi' };
  expect(await get('/api/conversions?days=7', answers.CONVERSIONS)).toMatchObject({
    windowHours: 72,
    rows: [{ ...row, reached: 1, engaged: 1, movedOn: 0, share: 0 }],
  });
});

test('without any message there are no conversions', async () => {
  const { get } = await startConsole();
  expect((await get('/api/conversions', answers.CONVERSIONS)).rows).toEqual([]);
});

test('a page that watches is told of a change, and let go with the stop of the server', async () => {
  const { s } = await startConsole();
  const response = await fetch(`${server?.url}/api/live`, { headers: { authorization: `Bearer ${TOKEN}` } });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const seen: unknown[] = [];
  const reading = (async () => {
    let text = '';
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += new TextDecoder().decode(chunk);
      const events = text.split('\n\n').filter((part) => part.startsWith('event: overview\ndata: '));
      seen.splice(0, seen.length, ...events.map((part) => JSON.parse(part.slice(22))));
    }
  })().catch(() => undefined);
  await s.until('the first comes', () => seen.length > 0);
  answers.OVERVIEW.parse(seen[0]);
  s.lead({ OneSignal_External_Id__c: 'not an id' });
  await s.until('a failure shows', () => seen.some((one) => answers.OVERVIEW.parse(one).work.deadLetters === 1));
  await server?.close();
  await reading;
});
