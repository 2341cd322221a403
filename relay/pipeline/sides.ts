import type { Environment } from '../config/environment.ts';
import { VERSION } from '../config/version.ts';
import { createOneSignalClient, type OneSignalClient } from '../onesignal/onesignal-client.ts';
import { requestAccessToken } from '../salesforce/access-token.ts';
import { createSession, type SalesforceCall, type SalesforceSession } from '../salesforce/session.ts';
import { createCometdSource, type StreamTiming } from '../salesforce/streaming/cometd-source.ts';
import type { EventSource, StreamHandlers } from '../salesforce/streaming/event-source.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** Salesforce and OneSignal as the pipeline uses them. */
export interface Sides {
  session: SalesforceSession;
  client: OneSignalClient;
  openSource(handlers: StreamHandlers): EventSource;
}

/** What the sides tell besides their answers. */
export interface SideListeners {
  /** A request goes to Salesforce that counts among the org's API calls. */
  onSalesforceCall(): void;
  /** Salesforce answered a request and did not refuse it. */
  onSalesforceAnswer(call: SalesforceCall): void;
  /** OneSignal makes the whole app wait, ms. */
  onAppPause(ms: number): void;
}

export type ConnectSides = (listeners: SideListeners) => Sides;

/** The sides that the environment names, over HTTP. Nothing is sent before the first use. */
export function sidesOf(
  { salesforce, onesignal }: Environment,
  metrics: Metrics,
  streamTiming: Partial<StreamTiming> | undefined,
): ConnectSides {
  return ({ onSalesforceCall, onSalesforceAnswer, onAppPause }) => {
    const session = createSession({
      apiVersion: salesforce.apiVersion,
      requestToken: () => {
        metrics.salesforceRequests.inc({ call: 'login' });
        return requestAccessToken(salesforce);
      },
      onCall(call) {
        metrics.salesforceRequests.inc({ call });
        onSalesforceCall();
      },
      onAnswer: onSalesforceAnswer,
    });
    const client = createOneSignalClient({
      ...onesignal,
      version: VERSION,
      onRequest: (call, status) => metrics.onesignalRequests.inc({ call, status: String(status) }),
      onAppPause,
    });
    const { channel } = salesforce;
    const timing = { writesPerSecond: onesignal.requestsPerSecond, ...streamTiming };
    return {
      session,
      client,
      openSource: (handlers) => createCometdSource({ session, channel, timing, handlers }),
    };
  };
}
