import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSession, type SalesforceSession } from '../../../relay/salesforce/session.ts';

export interface ServedSession {
  session: SalesforceSession;
  close(): void;
}

/** A session with an instance that answers as the test wants. */
export async function serveSession(answer: RequestListener): Promise<ServedSession> {
  const server: Server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const token = {
    accessToken: 'token',
    instanceUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    orgId: '00D000000000001AAA',
    serverTime: undefined,
    userId: undefined,
    scopes: undefined,
  };
  const session = createSession({ apiVersion: '67.0', requestToken: () => Promise.resolve(token) });
  await session.open();
  return {
    session,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
