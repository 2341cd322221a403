/** Applies the rate limits to a request and keeps the count of those that broke one. */
import type { App, Call, Endpoint } from './call-context.ts';
import type { OneSignalOptions, ViolationDetail, Violations } from './emulator-types.ts';
import { type Answer, rateLimitAnswers } from './error-answers.ts';
import { SlidingWindow, WINDOW_MS, WriteSpacing } from './rate-windows.ts';

const KEPT_DETAILS = 20;

/** https://documentation.onesignal.com/reference/rate-limits : messages, by plan. */
const MESSAGES_FREE = 150;
const MESSAGES_PAID = 6_000;

export class RateJudge {
  readonly violations: Violations = { app: 0, user: 0, view: 0, messages: 0, details: [] };
  readonly #windows: Record<'app' | 'view' | 'messages', SlidingWindow>;
  readonly #spacing = new WriteSpacing();
  readonly #answer = rateLimitAnswers();

  constructor(options: Required<OneSignalOptions>) {
    this.#windows = {
      app: new SlidingWindow(options.requestsPerSecond),
      view: new SlidingWindow(1),
      messages: new SlidingWindow(options.plan === 'free' ? MESSAGES_FREE : MESSAGES_PAID),
    };
  }

  /** Notes the receipt under every limit that covers it. Returns the 429, if it broke one. */
  judge(app: App, endpoint: Endpoint, call: Call): Answer | undefined {
    const inWindow = endpoint.limit === 'none' ? WINDOW_MS : this.#windows[endpoint.limit].note(call.receivedAt);
    const names = endpoint.spacing?.(app, call) ?? [];
    const sinceWrite = this.#spacing.note(names, call.receivedAt);
    const broken: [ViolationDetail['limit'], number][] = [];
    if (endpoint.limit !== 'none' && inWindow < WINDOW_MS) broken.push([endpoint.limit, inWindow]);
    if (sinceWrite < WINDOW_MS) broken.push(['user', sinceWrite]);
    for (const [limit, sinceMs] of broken) this.#note(limit, sinceMs, call);
    const [first] = broken;
    return first && this.#answer(first[0] === 'app', 1);
  }

  /** The user that a request made has had its write for this second. */
  rememberCreated(userId: string, receivedAt: number): void {
    this.#spacing.remember(`user ${userId}`, receivedAt);
  }

  #note(limit: ViolationDetail['limit'], sinceMs: number, call: Call): void {
    this.violations[limit] += 1;
    if (this.violations.details.length >= KEPT_DETAILS) return;
    const { kind, method, path, receivedAt } = call;
    this.violations.details.push({ limit, call: kind, method, path, receivedAt, sinceMs });
  }
}
