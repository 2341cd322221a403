/**
 * An emulator of the OneSignal REST API, as strict and as odd as OneSignal's public pages say: what they leave open is
 * an option here, with the less comfortable reading as the default.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { viewOf } from './app-data.ts';
import { importCsv } from './csv-import.ts';
import type { OneSignalEmulator, OneSignalOptions, Plan } from './emulator-types.ts';
import { RequestFlow } from './request-flow.ts';

export type * from './emulator-types.ts';

/** https://onesignal.com/pricing ; Enterprise is by contract, up to 1,000. */
const TAG_CAPS: Record<Plan, number> = { free: 2, growth: 10, professional: 100, enterprise: 1_000 };

/** Doesn't jump with the system's clock, and tells apart two requests within one millisecond. */
const steadyClock = () => performance.timeOrigin + performance.now();

export function withDefaults(options: OneSignalOptions): Required<OneSignalOptions> {
  const plan = options.plan ?? 'free';
  return {
    port: 0,
    host: '127.0.0.1',
    plan,
    maxTags: TAG_CAPS[plan],
    maxAliases: 10,
    clock: steadyClock,
    requestsPerSecond: 1_000,
    replicationDelayMs: 0,
    deletionDelayMs: 0,
    latencyMs: 0,
    tagsOnPostForExisting: false,
    aliasesOnPostForExisting: false,
    emptyTokenPatch: 202,
    unknownUserPatch: 404,
    aliasesShareUserLimit: true,
    aliasesHaveCase: true,
    ...options,
  };
}

async function listen(server: Server, port: number, host: string): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  return `http://${host}:${actual}`;
}

/**
 * Starts an emulator of one OneSignal app on a free port. Close it when done.
 * @throws if the port is taken
 */
export async function startOneSignal(options: OneSignalOptions): Promise<OneSignalEmulator> {
  const full = withDefaults(options);
  const flow = new RequestFlow(full);
  const { data } = flow.app;
  const server = createServer((request, response) => flow.receive(request, response));
  // Longer than any client keeps an idle connection: a cut is a fault that a test orders, never an accident.
  server.keepAliveTimeout = 120_000;
  const url = await listen(server, full.port, full.host);
  const view = (label: string, id: string) => {
    const user = data.find(label, id);
    return user && viewOf(user);
  };
  return {
    url,
    users: {
      byExternalId: (externalId) => view('external_id', externalId),
      byAlias: view,
      all: () => data.all().map(viewOf),
      count: () => data.all().length,
    },
    stats: flow.log,
    violations: flow.rates.violations,
    faults: flow.faults,
    customEvents: flow.app.customEvents,
    messages: flow.app.messages,
    history: (externalId) => flow.log.history(externalId),
    seedUser: (user) => viewOf(data.seed(user)),
    importCsv: (content, options) => importCsv(flow.app, content, options),
    close: () =>
      new Promise((resolve) => {
        flow.stop();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
