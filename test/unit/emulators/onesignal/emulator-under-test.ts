/** An emulator with a clock that a test turns by hand, and a short way to ask it. */
import {
  type OneSignalEmulator,
  type OneSignalOptions,
  startOneSignal,
} from '../../../emulators/onesignal/start-onesignal.ts';

export const APP = '3f0c7a52-6a5e-4b8e-9d5c-0a8f6f1c2b3d';
export const KEY = 'os_v2_app_test';

export interface Reply {
  status: number;
  body: unknown;
  headers: Headers;
}

export interface Subject extends OneSignalEmulator {
  /** `path` follows `/apps/{app_id}/`, unless it starts with a slash. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  /** Turns the clock. */
  wait(ms: number): void;
}

const readReply = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

export async function startSubject(options: Partial<OneSignalOptions> = {}): Promise<Subject> {
  let now = Date.UTC(2026, 10, 24, 12);
  const emulator = await startOneSignal({ appId: APP, apiKey: KEY, clock: () => now, ...options });
  return {
    ...emulator,
    wait(ms) {
      now += ms;
    },
    async ask(method, path, body, headers = {}) {
      const response = await fetch(`${emulator.url}${path.startsWith('/') ? path : `/apps/${APP}/${path}`}`, {
        method,
        headers: {
          authorization: `Key ${KEY}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      return { status: response.status, body: readReply(await response.text()), headers: response.headers };
    },
  };
}
