import { type ProxiedRequest, type RunningProxy, type SeenRequest, startProxy } from '../emulators/proxy.ts';
import type { Treatment } from './strike.ts';

export interface FaultGateOptions {
  /** The emulator behind the gate. */
  target: string;
  /** Asked when a request has come, before the emulator has it. */
  onRequest(request: SeenRequest): Treatment | undefined;
  /** Asked when the emulator has answered. */
  onAnswer?(request: SeenRequest, text: string): Treatment | undefined;
  /** The answer that the relay gets, where it differs. */
  rewrite?(request: SeenRequest, text: string): string;
}

/** Stands between the relay and an emulator, and lets a fault strike exactly one request. */
export function startFaultGate(options: FaultGateOptions): Promise<RunningProxy> {
  return startProxy(options.target, (one) => treat(options, one, options.onRequest(one.seen)));
}

function treat(options: FaultGateOptions, one: ProxiedRequest, treatment: Treatment | undefined): void {
  if (treatment?.kind === 'lost' || treatment?.kind === 'cut' || treatment === undefined) pass(options, one, treatment);
  else replace(one, treatment);
}

/** The emulator has the request, and does what it asks. */
function pass({ onAnswer, rewrite }: FaultGateOptions, one: ProxiedRequest, early: Treatment | undefined): void {
  one.forward((text, passOn) => {
    const treatment = early ?? onAnswer?.(one.seen, text);
    if (treatment === undefined || treatment.kind === 'cut')
      passOn(rewrite?.(one.seen, text) ?? text, { breaksOff: treatment !== undefined });
    else replace(one, treatment);
  });
}

/** What the relay gets instead of the emulator's answer. */
function replace({ request, response }: ProxiedRequest, treatment: Treatment): void {
  if (treatment.kind === 'stall') setTimeout(() => response.destroy(), treatment.ms).unref();
  else if (treatment.kind === 'answer') {
    const isText = typeof treatment.body === 'string';
    const type = isText ? 'text/html' : 'application/json; charset=utf-8';
    response.writeHead(treatment.status, { 'content-type': type, ...treatment.headers });
    response.end(isText ? treatment.body : JSON.stringify(treatment.body));
  } else request.socket.resetAndDestroy();
}
