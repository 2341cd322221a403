import { RelayError } from '../../relay/config/relay-error.ts';
import type { SalesforceRequest, SalesforceSession } from '../../relay/salesforce/session.ts';
import { salesforceFault } from './simulated-org.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/** An org below the login and HTTP. */
export interface OrgBehind {
  orgId: string;
  /** What Salesforce answers to a request that comes through. */
  perform(request: SalesforceRequest): unknown;
}

/** A session with an org in the world's time and weather. */
export function unsteadySession(
  world: SimulatedWorld,
  { orgId, perform }: OrgBehind,
  onAnswer: (call: SalesforceRequest['call']) => void,
): SalesforceSession {
  /** @returns what is wrong with the request before Salesforce does anything, undefined when nothing is */
  const refusal = ({ call }: SalesforceRequest): RelayError | undefined => {
    const isOut = world.isOut('salesforce') || (call === 'collections' && world.isOut('salesforce_writes'));
    return isOut || world.goesWrong('failing') ? salesforceFault(world.random) : undefined;
  };

  return {
    open: () => Promise.resolve(),
    orgId,
    connection() {
      throw new Error('The simulated source needs no connection.');
    },
    stream() {
      throw new Error('The simulated relay runs no bulk queries.');
    },
    renew: () => Promise.resolve(),
    now: () => Math.floor(world.time.now),
    abandon: () => undefined,
    apiUsage: () => undefined,
    request(request) {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      let fault: RelayError | undefined;
      let reply: unknown;
      const does = () => {
        fault = refusal(request);
        if (fault !== undefined) return;
        reply = perform(request);
        if (request.call !== 'collections') return;
        world.onDone('status_write');
        if (world.goesWrong('unanswered')) fault = new RelayError('SALESFORCE_UNREACHABLE', 'A simulated fault.');
      };
      world.exchange(does, () => {
        if (fault !== undefined) return reject(fault);
        onAnswer(request.call);
        resolve(reply);
      });
      return promise;
    },
  };
}

/** What a collections request brings, as on the wire: a value that is undefined is not sent. */
export function sentRows<Row>({ body }: SalesforceRequest): Row[] {
  return (JSON.parse(JSON.stringify(body)) as { records: Row[] }).records;
}

export function queryOf({ url }: SalesforceRequest): string {
  return decodeURIComponent(url.slice(url.indexOf('?q=') + 3));
}

/** What the org says of its limits: no simulation is about them. */
export const LIMITS = { DailyDeliveredPlatformEvents: { Max: 50_000, Remaining: 50_000 } };

export const LOCKED_ROW = {
  success: false,
  errors: [{ statusCode: 'UNABLE_TO_LOCK_ROW', message: '', fields: [] }],
} as const;
