import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import express, { type NextFunction, type Request, type Response } from 'express';
import type { Clock, Org, OrgUser } from './org-contract.ts';
import { AccessTokens } from './protocol/access-tokens.ts';
import { QueryJobs } from './protocol/bulk-query-jobs.ts';
import { CallStats } from './protocol/call-stats.ts';
import { cometdRoutes } from './protocol/cometd-routes.ts';
import { CometdServer } from './protocol/cometd-server.ts';
import type { EmulatedOrg, OAuthApp } from './protocol/emulated-org.ts';
import { faultGate } from './protocol/fault-gate.ts';
import { FaultState } from './protocol/fault-state.ts';
import { FaultSwitches, type Network } from './protocol/fault-switches.ts';
import { oauthRoutes } from './protocol/oauth-routes.ts';
import { sendError, sendNotFound } from './protocol/rest-refusal.ts';
import { restRoutes } from './protocol/rest-routes.ts';
import { RollingAllocation } from './protocol/rolling-allocation.ts';
import { soapRoutes } from './protocol/soap-routes.ts';

export interface SalesforceOptions {
  org: Org;
  apps: OAuthApp[];
  /** 0, the default, picks a free port. */
  port?: number;
  /** A loopback address; 127.0.0.1 by default. */
  host?: '127.0.0.1' | '::1' | 'localhost';
  /** What the server takes for now, also in its Date header; the org's clock by default. Timeouts run on real time. */
  clock?: Clock;
  /** How long a /meta/connect is held, as its advice says. 110,000 ms. */
  connectTimeoutMs?: number;
  /** How long a CometD session outlives its last connect reply. 40,000 ms. */
  sessionTimeoutMs?: number;
  /** Events in one reply at most; the facts give no number. 2,000. */
  mostEventsPerReply?: number;
  /** Concurrent CometD clients: 20 in Developer Edition, 1,000 in Enterprise, 2,000 above. 1,000. */
  mostClients?: number;
  /** API calls over 24 hours: 100,000 and more by licences. 100,000. */
  apiCallsPerDay?: number;
  /** Event deliveries over 24 hours: 50,000 Unlimited, 25,000 Enterprise, 10,000 Developer. 50,000. */
  deliveriesPerDay?: number;
  /** Published events over one hour, shown in /limits only. 250,000. */
  publishedPerHour?: number;
  /** Whether a flow's start condition may read a custom setting. Salesforce doesn't say; default false. */
  startReadsSettings?: boolean;
  /** Whether a CometD request counts as an API call. Salesforce doesn't say; default false. */
  countsPolls?: boolean;
  /** Bulk API 2.0 query jobs over 24 hours. 10,000. */
  bulkQueriesPerDay?: number;
  /** Bytes of bulk query results over 24 hours. 1 TB. */
  bulkResultBytesPerDay?: number;
}

export interface SalesforceEmulator {
  /** `http://127.0.0.1:port`: login URL, instance URL and My Domain in one. */
  url: string;
  port: number;
  org: Org;
  stats: CallStats;
  faults: FaultSwitches;
  /** An access token as somebody gets it who logs in with the command line of Salesforce. */
  tokenFor(user: OrgUser): string;
  /** Names this address in its answers from now on: something stands before the server. */
  advertise(url: string): void;
  /** CometD sessions that the server knows now. */
  readonly clients: number;
  /** Ends sockets, long polls and timers. */
  close(): Promise<void>;
}

/** The longest URI that Salesforce takes is 16,384 bytes: 414 beyond. */
const longestUri = 16_384;
const dayMs = 24 * 3_600_000;

/** Serves the org over OAuth, REST, Bulk API 2.0 query and CometD, on loopback only. */
export async function startSalesforce(options: SalesforceOptions): Promise<SalesforceEmulator> {
  const host = options.host ?? '127.0.0.1';
  if (!['127.0.0.1', '::1', 'localhost'].includes(host)) throw new Error(`${host}: a loopback address only`);
  const clock = options.clock ?? options.org.now;
  const { org, apps } = options;
  let url = '';
  const shared: Omit<EmulatedOrg, 'bulkJobs'> = {
    org,
    clock,
    apps,
    tokens: new AccessTokens(org.id, clock),
    stats: new CallStats(),
    faults: new FaultState(),
    apiCalls: new RollingAllocation(options.apiCallsPerDay ?? 100_000, dayMs, clock),
    deliveries: new RollingAllocation(options.deliveriesPerDay ?? 50_000, dayMs, clock),
    published: new RollingAllocation(options.publishedPerHour ?? 250_000, 3_600_000, clock),
    startReadsSettings: options.startReadsSettings ?? false,
    countsPolls: options.countsPolls ?? false,
    bulkQueries: new RollingAllocation(options.bulkQueriesPerDay ?? 10_000, dayMs, clock),
    bulkResultBytes: new RollingAllocation(options.bulkResultBytesPerDay ?? 1_000_000_000_000, dayMs, clock),
    url: () => url,
  };
  const emulated = { ...shared, bulkJobs: new QueryJobs(shared) };
  const cometd = new CometdServer(emulated, {
    connectTimeoutMs: options.connectTimeoutMs ?? 110_000,
    sessionTimeoutMs: options.sessionTimeoutMs ?? 40_000,
    mostEventsPerReply: options.mostEventsPerReply ?? 2000,
    mostClients: options.mostClients ?? 1000,
  });
  // Node's own limit on headers would answer long URIs with 431 before we could say 414.
  const server = createServer({ maxHeaderSize: 65_536 }, application(emulated, cometd));
  const sockets = trackSockets(server);
  const { port } = await listen(server, options.port ?? 0, host);
  url = `http://${host === '::1' ? '[::1]' : host}:${port}`;
  const resetSockets = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const network: Network = {
    resetSockets,
    stopListening() {
      server.close();
      resetSockets();
    },
    listenAgain: async () => void (await listen(server, port, host)),
    takeOtherName() {
      const before = new URL(url).host;
      url = `http://localhost:${port}`;
      return before;
    },
  };
  return {
    url,
    port,
    org,
    stats: emulated.stats,
    faults: new FaultSwitches(emulated, cometd, network),
    tokenFor: (user) => emulated.tokens.issue(user, 'PlatformCLI').value,
    advertise(other) {
      url = other;
    },
    get clients() {
      return cometd.sessions.size;
    },
    close: () => close(server, cometd, sockets),
  };
}

function application(emulated: EmulatedOrg, cometd: CometdServer): express.Express {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.use((request: Request, response: Response, next: NextFunction) => {
    response.set('Date', new Date(emulated.clock()).toUTCString());
    if (request.url.length > longestUri)
      response.status(414).type('html').send('<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>');
    else next();
  });
  app.use(
    faultGate(emulated),
    oauthRoutes(emulated),
    restRoutes(emulated),
    soapRoutes(emulated),
    cometdRoutes(emulated, cometd),
  );
  app.use(sendNotFound, sendError(emulated));
  return app;
}

function trackSockets(server: Server): Set<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A reset by either side must not end the process.
    socket.on('error', () => socket.destroy());
  });
  return sockets;
}

function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });
}

async function close(server: Server, cometd: CometdServer, sockets: Set<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  for (const socket of sockets) socket.destroy();
  cometd.close();
  await closed;
}
