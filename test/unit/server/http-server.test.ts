import type { Readiness } from '../../../relay/pipeline/readiness.ts';
import { type HttpServerOptions, startHttpServer } from '../../../relay/server/http-server.ts';
import { createMetrics } from '../../../relay/telemetry/metrics.ts';

const READY: Readiness = { isReady: true, reasons: [], warnings: ['row X is left out'] };

async function withServer<T>(given: Partial<HttpServerOptions>, work: (url: string) => Promise<T>): Promise<T> {
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    version: '9.9.9',
    commit: 'abc1234',
    readiness: () => READY,
    metrics: createMetrics(),
    beforeMetrics: () => Promise.resolve(),
    ...given,
  });
  try {
    return await work(server.url);
  } finally {
    await server.close();
  }
}

async function get(url: string) {
  const response = await fetch(url, { headers: { connection: 'close' } });
  return { status: response.status, body: await response.text() };
}

test('/healthz says that the process lives, also while it is not ready', async () => {
  const readiness = () => ({ ...READY, isReady: false });
  await withServer({ readiness }, async (url) => {
    const { status, body } = await get(`${url}/healthz`);
    expect([status, JSON.parse(body)]).toEqual([200, { status: 'ok', version: '9.9.9', commit: 'abc1234' }]);
  });
});

test('/readyz is 200 with warnings, and 503 with every reason', async () => {
  let readiness = READY;
  await withServer({ readiness: () => readiness }, async (url) => {
    const well = await get(`${url}/readyz`);
    expect([well.status, JSON.parse(well.body)]).toEqual([
      200,
      { status: 'ready', reasons: [], warnings: READY.warnings },
    ]);
    const reasons = [{ code: 'PAUSED', message: 'Paused.', next: 'Untick it.' }];
    readiness = { isReady: false, reasons, warnings: [] };
    const not = await get(`${url}/readyz`);
    expect([not.status, JSON.parse(not.body)]).toEqual([503, { status: 'not_ready', reasons, warnings: [] }]);
  });
});

test('/metrics brings the gauges up to date and has the names of the contract', async () => {
  const metrics = createMetrics();
  metrics.outcomes.inc({ status: 'Synced', reason: 'OK' });
  const beforeMetrics = async () => metrics.recordsDue.set(7);
  const { status, body } = await withServer({ metrics, beforeMetrics }, (url) => get(`${url}/metrics`));
  expect(status).toBe(200);
  expect(body).toContain('relay_records_due 7');
  expect(body).toContain('relay_outcomes_total{status="Synced",reason="OK"} 1');
  const names = [
    'events_received_total',
    'sync_latency_seconds',
    'stream_connected',
    'stream_last_connect_timestamp_seconds',
    'salesforce_api_requests_total',
    'salesforce_api_remaining',
    'onesignal_requests_total',
    'salesforce_deliveries_remaining',
    'dead_letters',
    'alert',
  ];
  for (const name of names) expect(body).toContain(`# TYPE relay_${name} `);
  expect(body).toContain('process_cpu_seconds_total');
});

test('what is not known yet is not shown as zero: no allocation is spent before Salesforce says so', async () => {
  const metrics = createMetrics();
  const read = () => metrics.registry.getSingleMetricAsString('relay_salesforce_api_remaining');
  expect(await read()).not.toMatch(/^relay_salesforce_api_remaining /m);
  metrics.salesforceRemaining.set(12);
  expect(await read()).toMatch(/^relay_salesforce_api_remaining 12$/m);
});

test('a port that is taken is named in one sentence', async () => {
  await withServer({}, async (url) => {
    const port = Number(new URL(url).port);
    const second = withServer({ port }, () => Promise.resolve());
    await expect(second).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: `The port ${port} on 127.0.0.1 is in use.`,
    });
  });
});

test('an address that is not of this machine is told apart from a taken port', async () => {
  await expect(withServer({ host: '192.0.2.1' }, () => Promise.resolve())).rejects.toMatchObject({
    code: 'LISTEN_FAILED',
  });
});

test('/metrics still serves what it has when the gauges can’t be brought up to date', async () => {
  const beforeMetrics = () => Promise.reject(new Error('the store does not work'));
  const { status, body } = await withServer({ beforeMetrics }, (url) => get(`${url}/metrics`));
  expect(status).toBe(200);
  expect(body).toContain('relay_events_received_total');
});

test('a defect is told and answered without a word about the code; a path that can’t be read is only answered', async () => {
  const error = new Error('of the database');
  const defect = () => {
    throw error;
  };
  const told: unknown[] = [];
  const onDefect = (met: unknown) => told.push(met);
  const routes: HttpServerOptions['routes'] = [(app) => app.get('/defect', defect).get('/read/:id', defect)];
  await withServer({ routes, onDefect }, async (url) => {
    expect(await get(`${url}/defect`)).toEqual({ status: 500, body: 'The relay met a defect of its own.\n' });
    expect(await get(`${url}/read/%ff`)).toEqual({ status: 400, body: 'The request can’t be understood.\n' });
  });
  expect(told).toEqual([error]);
});

test('whatever is answered loads nothing, is framed by nobody and is not sniffed', async () => {
  const routes: HttpServerOptions['routes'] = [
    (app) => app.get('/more/:id', (_request, response) => void response.send('')),
  ];
  await withServer({ routes }, async (url) => {
    for (const path of ['/healthz', '/readyz', '/metrics', '/more/1', '/nothing']) {
      const { headers } = await fetch(url + path, { headers: { connection: 'close' } });
      expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });
});
