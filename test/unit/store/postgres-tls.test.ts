import { chownSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPostgresStore } from '../../../relay/store/postgres-store.ts';
import { type SelfSigned, selfSigned } from '../../emulators/certificate.ts';
import { type PostgresServer, startPostgres } from '../../emulators/postgres.ts';

/** Of a hosted database: for an inner name, and signed by nobody else. */
const own = selfSigned('ip-10-0-43-106.ec2.internal');

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
  await switchTlsOn(own);
});
afterAll(() => server.remove());

async function switchTlsOn({ certificate, key }: SelfSigned): Promise<void> {
  const [row] = await server.query('public', 'SHOW data_directory');
  const folder = String(row?.data_directory);
  const { uid, gid } = statSync(folder);
  for (const [name, pem] of [
    ['server.crt', certificate],
    ['server.key', key],
  ] as const) {
    writeFileSync(join(folder, name), pem, { mode: 0o600 });
    chownSync(join(folder, name), uid, gid);
  }
  await server.query('public', 'ALTER SYSTEM SET ssl = on');
  await server.query('public', 'SELECT pg_reload_conf()');
}

const address = (mode: string) => `${server.url('tls')}&sslmode=${mode}`;

/** Whether the relay's connections are TLS, as the server sees them. */
async function usesTls(databaseUrl: string, certificate?: string): Promise<unknown[]> {
  const store = await openPostgresStore(databaseUrl, undefined, certificate);
  try {
    const rows = await server.query(
      'public',
      `SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name LIKE 'onesignal%'`,
    );
    return rows.map(({ ssl }) => ssl);
  } finally {
    await store.close();
  }
}

test('a server that shows exactly the given certificate is the right one, whatever name it is for', async () => {
  expect(await usesTls(address('verify-full'), own.certificate)).toEqual([true]);
});

test.each(['prefer', 'require', 'verify-ca', 'verify-full'])(
  'with %s a server that can’t prove who it is is refused, in a sentence that says what to do',
  async (mode) => {
    await expect(usesTls(address(mode))).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringContaining('DATABASE_CERTIFICATE'),
    });
  },
);

test('the certificate of somebody else does not help', async () => {
  const other = selfSigned('ip-10-0-43-106.ec2.internal').certificate;
  await expect(usesTls(address('verify-full'), other)).rejects.toMatchObject({ code: 'STORE_FAILED' });
  expect(await usesTls(address('verify-full'), other + own.certificate)).toEqual([true]);
});

test('what the process has in PGSSLMODE for other programs weakens nothing', async () => {
  process.env.PGSSLMODE = 'no-verify';
  try {
    await expect(usesTls(address('verify-full'))).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(await usesTls(address('disable'))).toEqual([false]);
  } finally {
    delete process.env.PGSSLMODE;
  }
});
