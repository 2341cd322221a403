import { createServer, type Server } from 'node:net';
import { inspect } from 'node:util';
import { explainError, isRelayError } from '../../../relay/config/relay-error.ts';
import { openPostgresStore } from '../../../relay/store/postgres-store.ts';
import { batch, severalProcesses } from './postgres-processes.ts';
import { CHANNEL, LEAD } from './store-samples.ts';

const { server, schema, url, query, openStore, startProcess } = severalProcesses();

const STORE_FAILED = expect.objectContaining({ code: 'STORE_FAILED' });

describe('a server that restarts', () => {
  test('fails what is asked meanwhile, and is used again afterwards with all it held', async () => {
    const { store, epoch } = await startProcess();
    await store.commitEvents(batch(epoch, LEAD));
    await Promise.all([store.counts(), store.counts(), store.counts()]);
    await server().stop();
    await expect(store.cursor(CHANNEL)).rejects.toEqual(STORE_FAILED);
    await expect(store.commitEvents(batch(epoch, LEAD))).rejects.toEqual(STORE_FAILED);
    await server().start();
    expect(await onceItWorks(() => store.cursor(CHANNEL))).toBe('7');
    await onceItWorks(() => store.heartbeat(epoch));
    await store.commitEvents({ ...batch(epoch, LEAD), replayId: '8' });
    expect(await store.cursor(CHANNEL)).toBe('8');
  });

  test('is listened to again', async () => {
    const store = await openStore();
    const other = await openStore();
    let heard = Promise.withResolvers<void>();
    store.onChange(() => heard.resolve());
    await heard.promise;
    await server().stop();
    await server().start();
    // What was announced meanwhile is not heard: with the new connection it is time for a look.
    heard = Promise.withResolvers();
    await heard.promise;
    heard = Promise.withResolvers();
    await onceItWorks(() => other.askFor('reconcile', '{}'));
    await heard.promise;
  });
});

describe('a server that is frozen', () => {
  test('makes no method wait for ever, nor the end, and is used again when it goes on', async () => {
    const store = await openStore('&query_timeout=300');
    const { epoch } = await store.join();
    await store.commitEvents(batch(epoch, LEAD));
    const other = await openStore();
    await other.counts();
    const thaw = await server().freeze();
    try {
      const asked = [store.counts(), store.heartbeat(epoch), openPostgresStore(url())];
      const answers = await Promise.allSettled([...asked, other.close()]);
      expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'fulfilled']);
      for (const answer of answers)
        if (answer.status === 'rejected')
          expect(['STORE_FAILED', 'DATABASE_UNREACHABLE']).toContain(answer.reason.code);
    } finally {
      thaw();
    }
    expect(await onceItWorks(() => store.cursor(CHANNEL))).toBe('7');
  });
});

describe('an address that leads nowhere', () => {
  const PASSWORD = 'pass-zq81-word';
  let silent: Server;
  beforeAll(async () => {
    silent = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => {
      silent.listen(0, '127.0.0.1', resolve);
    });
  });
  afterAll(() => silent.close());

  const portOf = (listening: Server) => (listening.address() as { port: number }).port;
  const CASES: Record<string, [address: () => string, sentence: RegExp, code?: string]> = {
    'a password that is wrong': [
      () => `relay:${PASSWORD}@127.0.0.1:${server().port}/postgres`,
      /the user or the password/,
    ],
    'a user that is unknown': [
      () => `nobody:${PASSWORD}@127.0.0.1:${server().port}/postgres`,
      /the user or the password/,
    ],
    'a port where nothing listens': [
      () => `relay:${PASSWORD}@127.0.0.1:1/postgres`,
      /Nothing answers at the host and port/,
      'DATABASE_UNREACHABLE',
    ],
    'a host that is no host': [
      () => `relay:${PASSWORD}@host.invalid/postgres`,
      /The host in DATABASE_URL/,
      'DATABASE_UNREACHABLE',
    ],
    'something that is no PostgreSQL': [
      () => `relay:${PASSWORD}@127.0.0.1:${portOf(silent)}/postgres`,
      /can’t be connected to/,
      'DATABASE_UNREACHABLE',
    ],
  };

  test.each(Object.entries(CASES))(
    '%s is named in a sentence that does not tell the password',
    async (_, [address, sentence, code = 'STORE_FAILED']) => {
      const error = await openPostgresStore(`postgres://${address()}`).catch((reason: unknown) => reason);
      if (!isRelayError(error)) throw error;
      expect(error).toMatchObject({ code, message: expect.stringMatching(sentence) });
      for (const text of [explainError(error), inspect(error, { depth: 9, showHidden: true }), String(error.stack)]) {
        expect(text).not.toContain(PASSWORD);
      }
    },
  );

  test('so is a database that is not there', async () => {
    const address = url().replace('/postgres?', '/elsewhere?');
    await expect(openPostgresStore(address)).rejects.toMatchObject({ message: expect.stringContaining('no database') });
  });

  test('and one that can’t keep every language’s text', async () => {
    await query(`CREATE DATABASE latin ENCODING LATIN1 LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0`);
    const address = url().replace('/postgres?', '/latin?');
    await expect(openPostgresStore(address)).rejects.toMatchObject({ message: expect.stringContaining('LATIN1') });
  });

  test('and a user who may not make the schema; one that was made for it is enough', async () => {
    await query(`CREATE ROLE poor LOGIN PASSWORD '${PASSWORD}'`);
    const address = `postgres://poor:${PASSWORD}@127.0.0.1:${server().port}/postgres?schema=${schema()}`;
    const tooFew = expect.stringContaining('too few rights');
    await expect(openPostgresStore(address)).rejects.toMatchObject({ code: 'STORE_FAILED', message: tooFew });
    await query(`CREATE SCHEMA ${schema()} AUTHORIZATION poor`);
    const store = await openPostgresStore(address);
    expect((await store.join()).isSubscriber).toBe(true);
    await store.close();
  });
});

test('an error tells which column refused a value, and not the value', async () => {
  const { store, epoch } = await startProcess();
  const hint = { stage: 'Ada Lovelace', changedAt: '2026-11-24T10:00:00.000Z' };
  const changes = batch(epoch, LEAD).changes.map((one) => ({ ...one, hint, object: null as never }));
  const error: unknown = await store.commitEvents({ ...batch(epoch), changes }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'STORE_FAILED', message: expect.stringContaining('records, object') });
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('Lovelace');
});

test('a refusal leaves no transaction open, with what that had locked', async () => {
  const { store, epoch } = await startProcess();
  await store.leave(epoch);
  await expect(store.heartbeat(epoch)).rejects.toMatchObject({ code: 'PART_LOST' });
  expect(await query(`SELECT pid FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'`)).toEqual([]);
});

test('a defect of ours is told apart from a server that does not answer', async () => {
  const { store, epoch } = await startProcess();
  const broken = store.commitEvents({ ...batch(epoch), changes: [null as never] });
  await expect(broken).rejects.toMatchObject({ code: 'STORE_FAILED', message: expect.stringContaining('TypeError') });
});

test('what text PostgreSQL can’t hold costs that text a character, not the batch', async () => {
  const { store, epoch } = await startProcess();
  const hint = { stage: 'a\0b\ud800c', changedAt: '2026-11-24T10:00:00.000Z' };
  const changes = batch(epoch, LEAD).changes.map((one) => ({ ...one, hint }));
  await store.commitEvents({ ...batch(epoch), changes });
  const [lease] = await store.leaseDue({ epoch, limit: 1, now: Number.MAX_SAFE_INTEGER, leaseMs: 0 });
  expect(lease?.hint?.stage).toBe('a\ufffdb\ufffdc');
});

/** Connections that broke are noticed one by one. */
async function onceItWorks<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isRelayError(error) || error.code !== 'STORE_FAILED') throw error;
    }
  }
}
