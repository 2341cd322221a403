import type { UnderTest } from './emulator-under-test.ts';
import { stageChange } from './tiny-org.ts';

export interface Reply {
  channel: string;
  id?: string;
  clientId?: string;
  successful?: boolean;
  error?: string;
  advice?: { reconnect?: string; interval?: number; timeout?: number };
  ext?: { sfdc?: { failureReason?: string }; replay?: boolean };
  data?: { event: { replayId: number; EventUuid?: string }; payload: Record<string, unknown>; schema: string };
  supportedConnectionTypes?: string[];
}

/** A Bayeux client that sends exactly what it is told, so that a test sees the wire. */
export class BayeuxClient {
  clientId: string | undefined;
  cookie: string | undefined;
  token: string | undefined;
  readonly #test: UnderTest;
  readonly #version: string;

  constructor(test: UnderTest, version = '67.0') {
    this.#test = test;
    this.#version = version;
    this.token = test.token;
  }

  post(messages: unknown, signal?: AbortSignal): Promise<Response> {
    return fetch(`${this.#test.salesforce.url}/cometd/${this.#version}`, {
      method: 'POST',
      body: typeof messages === 'string' ? messages : JSON.stringify(messages),
      headers: {
        'Content-Type': 'application/json',
        ...(this.token === undefined ? {} : { Authorization: `OAuth ${this.token}` }),
        ...(this.cookie === undefined ? {} : { Cookie: this.cookie }),
      },
      ...(signal ? { signal } : {}),
    });
  }

  async send(...messages: Record<string, unknown>[]): Promise<Reply[]> {
    const clientId = this.clientId === undefined ? {} : { clientId: this.clientId };
    const response = await this.post(
      messages.map((message, index) => ({ id: String(index), ...clientId, ...message })),
    );
    return (await response.json()) as Reply[];
  }

  async handshake(): Promise<Reply> {
    const response = await this.post([
      { channel: '/meta/handshake', id: '1', version: '1.0', supportedConnectionTypes: ['long-polling'] },
    ]);
    const [reply] = (await response.json()) as Reply[];
    this.clientId = reply?.clientId;
    this.cookie = response.headers.get('set-cookie')?.split(';')[0] ?? this.cookie;
    return reply ?? { channel: 'no reply' };
  }

  connect(advice?: { timeout: number }): Promise<Reply[]> {
    return this.send({ channel: '/meta/connect', connectionType: 'long-polling', ...(advice ? { advice } : {}) });
  }

  async subscribe(replayId?: number, channel = stageChange, map?: Record<string, unknown>): Promise<Reply> {
    const replay = map ?? (replayId === undefined ? undefined : { [channel]: replayId });
    const [reply] = await this.send({
      channel: '/meta/subscribe',
      subscription: channel,
      ...(replay ? { ext: { replay } } : {}),
    });
    return reply ?? { channel: 'no reply' };
  }

  /** Handshake, first connect, subscribe. */
  async begin(replayId = -1): Promise<void> {
    await this.handshake();
    await this.connect();
    await this.subscribe(replayId);
  }
}

export function replayIds(replies: Reply[]): number[] {
  return replies.flatMap((reply) => (reply.data ? [reply.data.event.replayId] : []));
}
