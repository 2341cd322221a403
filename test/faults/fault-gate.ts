import { type ProxiedRequest, type RunningProxy, type SeenRequest, startProxy } from '../emulators/proxy.ts';

/** What becomes of one request. `reset`: cut off before it was applied; `lost`: applied, then cut off. */
export type Strike =
  | { kind: 'reset' | 'lost' }
  | { kind: 'answer'; status: number; body: unknown; headers?: Record<string, string> };

export interface FaultGateOptions {
  /** The emulator behind the gate. */
  target: string;
  /** Asked for each request before the emulator has it; undefined lets it pass. */
  onRequest(request: SeenRequest): Strike | undefined;
  /** Told of each answer of the emulator before the relay has it. */
  onAnswer(request: SeenRequest, answer: string): void;
  /** The answer that the relay gets. */
  rewrite(answer: string): string;
}

/** Stands between the relay and an emulator and can make any single request fail. */
export function startFaultGate(options: FaultGateOptions): Promise<RunningProxy> {
  return startProxy(options.target, (one) => pass(options, one));
}

function pass(options: FaultGateOptions, { seen, request, response, forward }: ProxiedRequest): void {
  const strike = options.onRequest(seen);
  if (strike?.kind === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  if (strike?.kind === 'answer') {
    const isText = typeof strike.body === 'string';
    const type = isText ? 'text/html' : 'application/json';
    response.writeHead(strike.status, { 'content-type': type, ...strike.headers });
    response.end(isText ? strike.body : JSON.stringify(strike.body));
    return;
  }
  forward((text, passOn) => {
    options.onAnswer(seen, text);
    if (strike?.kind === 'lost') request.socket.resetAndDestroy();
    else passOn(options.rewrite(text));
  });
}
