import type { Dispatcher } from 'undici';

/** A reply of a simulated server. */
export interface Reply {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** The server's end of one request of undici's. */
export interface Answering {
  /** False when the request was called off before it went out. */
  readonly isStarted: boolean;
  give(reply: Reply): void;
  /** The connection breaks. */
  reset(): void;
}

/** Tells the handler that its request goes out. */
export function answering(handler: Dispatcher.DispatchHandler): Answering {
  let isCutOff = false;
  const controller: Dispatcher.DispatchController = {
    aborted: false,
    paused: false,
    reason: null,
    pause: () => undefined,
    resume: () => undefined,
    abort: () => {
      isCutOff = true;
    },
  };
  handler.onRequestStart?.(controller, {});
  return {
    isStarted: !isCutOff,
    give({ status, body, headers = {} }) {
      if (isCutOff) return;
      handler.onResponseStart?.(controller, status, headers);
      handler.onResponseData?.(controller, Buffer.from(JSON.stringify(body)));
      handler.onResponseEnd?.(controller, {});
    },
    reset() {
      if (!isCutOff) handler.onResponseError?.(controller, Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    },
  };
}
