import { readEnvironment } from '../../relay/config/environment.ts';
import { consoleRoutes } from '../../relay/server/console/console-routes.ts';
import { startHttpServer } from '../../relay/server/http-server.ts';
import { webhookRoutes } from '../../relay/server/webhook/onesignal-webhook.ts';
import { createMetrics } from '../../relay/telemetry/metrics.ts';
import { createEventStream, type EventStream, type ToldEvent } from '../emulators/onesignal/event-stream.ts';
import { documentedTemplate } from '../fixtures/engagement-template.ts';
import type { ScenarioOptions } from './scenario.ts';
import { type Scenario, startScenario } from './scenario.ts';

const TOKEN = 'token-of-the-webhook';
const ADMIN = 'a-token-of-the-console';
/** Engagement waits so long for other records, at most. */
const WINDOW_MS = 61_000;

export const WELCOME = { id: 'aaaaaaaa-0000-4000-8000-000000000001', name: 'Say "hi", 100% free' };
export const OFFER = { id: 'aaaaaaaa-0000-4000-8000-000000000002', name: 'Offer' };

/** A scenario whose OneSignal app has an event stream to the relay, set up as docs/engagement.md says. */
export interface EngagementScenario extends Scenario {
  stream: EventStream;
  variables: Record<string, string>;
  /** OneSignal tells at once that somebody did something with a message, by default the welcome and just now. */
  happens(kind: string, externalId: string, given?: Partial<ToldEvent>): Promise<void>;
  /** Everything that came is on its records. */
  written(): Promise<void>;
  /** What the console answers. */
  console<T>(path: string): Promise<T>;
  closeWebhook(): Promise<void>;
}

export async function startEngagement(options: ScenarioOptions = {}): Promise<EngagementScenario> {
  const variables = { RELAY_WEBHOOK_TOKEN: TOKEN, RELAY_ADMIN_TOKEN: ADMIN, ...options.relay?.variables };
  const s = await startScenario({ ...options, relay: { ...options.relay, variables } });
  const environment = readEnvironment(
    { ...s.world.environment, ...variables, RELAY_DATA_DIR: s.relay.dataDir },
    String,
  );
  const metrics = createMetrics();
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    version: '0',
    readiness: () => s.relay.relay.readiness(),
    metrics,
    beforeMetrics: () => Promise.resolve(),
    routes: [
      consoleRoutes({ environment, commit: null, view: () => s.relay.relay.view }),
      ...webhookRoutes(environment, { intake: () => s.relay.relay.engagement, metrics }),
    ],
  });
  const stream = createEventStream({
    appId: environment.onesignal.appId,
    url: `${server.url}/webhooks/onesignal`,
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: documentedTemplate(),
    users: s.world.onesignal.users,
  });
  const isDigested = async () => {
    const { store } = s.relay;
    return (await store.newEngagement(1)).length + (await store.newMoves(1)).length === 0;
  };
  const isWritten = async () => {
    const { store } = s.relay;
    const later = { limit: 1, now: Number.MAX_SAFE_INTEGER, until: Number.MAX_SAFE_INTEGER };
    const waiting = [
      ...(await store.pendingEngagement({ ...later, object: 'Lead' })),
      ...(await store.pendingEngagement({ ...later, object: 'Contact' })),
    ];
    return waiting.length === 0;
  };
  return {
    // The scenario has getters.
    ...Object.defineProperties({} as Scenario, Object.getOwnPropertyDescriptors(s)),
    get relay() {
      return s.relay;
    },
    stream,
    variables: { ...s.world.environment, ...variables, RELAY_DATA_DIR: s.relay.dataDir },
    async happens(kind, externalId, given = {}) {
      stream.tell({ kind, externalId, message: WELCOME, at: Date.now(), ...given });
      const deliveries = await stream.deliver();
      const refused = deliveries.filter(({ statuses }) => statuses.at(-1) !== 204);
      if (refused.length > 0) throw new Error(`the webhook answered ${JSON.stringify(refused)}`);
    },
    async written() {
      await s.settled();
      await s.until('every event has been looked at', isDigested);
      s.passTime(WINDOW_MS);
      await s.until('every record says what people did', isWritten);
    },
    async console<T>(path: string) {
      const headers = { authorization: `Bearer ${ADMIN}`, connection: 'close' };
      return (await (await fetch(server.url + path, { headers })).json()) as T;
    },
    closeWebhook: () => server.close(),
  };
}
