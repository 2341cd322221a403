import { type ProxiedRequest, type RunningProxy, type SeenRequest, startProxy } from '../emulators/proxy.ts';
import type { Moment } from './steps.ts';

export interface GateOptions {
  /** The emulator behind the gate. */
  target: string;
  name(request: SeenRequest): string;
  nameAnswer?(name: string, answer: string): string;
  /** Called at each moment of a request; true when the relay was killed at it. */
  reach(name: string, moment: Moment): boolean;
  /** The relay was killed when the emulator had received this: it is not to be applied now. */
  holdBack(request: SeenRequest): 'forward' | 'discard';
  /** Called before a request is passed on; it waits until this resolves. */
  beforePassing?(request: SeenRequest): Promise<void> | undefined;
  /** The connection ended before the relay had the whole answer. */
  onUnanswered?(request: SeenRequest): void;
  /** The answer that the relay gets, where it differs. */
  rewrite?(name: string, answer: string): string;
  /** The relay has the answer. */
  onAnswered?(name: string, request: SeenRequest): void;
}

/** Stands between the relay and an emulator, sees every request and every answer, and can end the relay at each of them. */
export function startGate(options: GateOptions): Promise<RunningProxy> {
  return startProxy(options.target, (one) => pass(options, one));
}

function pass(options: GateOptions, { seen, response, forward }: ProxiedRequest): void {
  const asked = options.name(seen);
  const isKilled = options.reach(asked, 'received');
  if (isKilled && options.holdBack(seen) === 'discard') {
    options.onUnanswered?.(seen);
    response.destroy();
    return;
  }
  response.on('close', () => {
    if (!response.writableFinished) options.onUnanswered?.(seen);
  });
  const onAnswer: Parameters<typeof forward>[0] = (text, passOn) => {
    const name = options.nameAnswer?.(asked, text) ?? asked;
    if (options.reach(name, 'applied') || response.destroyed) {
      response.destroy();
      return;
    }
    options.onAnswered?.(name, seen);
    response.on('finish', () => void options.reach(name, 'answered'));
    passOn(options.rewrite?.(name, text) ?? text);
  };
  const wait = isKilled ? undefined : options.beforePassing?.(seen);
  if (wait === undefined) forward(onAnswer);
  else void wait.then(() => forward(onAnswer));
}
