/** Counts requests and keeps every applied write, so that a test can look at what happened to a user, and when. */
import type { User } from './app-data.ts';
import type { AcceptedWrite, CallKind, Stats } from './emulator-types.ts';

export class RequestLog implements Stats {
  requests = 0;
  readonly byCall: Stats['byCall'] = {};
  readonly writes: AcceptedWrite[] = [];
  readonly #byUser = new Map<string, AcceptedWrite[]>();
  readonly #holders = new Map<string, Set<string>>();

  countRequest(call: CallKind, status: number | 'dropped' | 'hung'): void {
    this.requests += 1;
    const counts = this.byCall[call] ?? {};
    this.byCall[call] = counts;
    counts[status] = (counts[status] ?? 0) + 1;
  }

  count(call: CallKind, status?: number | 'dropped' | 'hung'): number {
    const counts = this.byCall[call] ?? {};
    if (status !== undefined) return counts[status] ?? 0;
    return Object.values(counts).reduce((sum, one) => sum + one, 0);
  }

  addWrite(write: Omit<AcceptedWrite, 'onesignalId' | 'externalId'>, user: User | undefined): void {
    const externalId = user?.aliases.get('external_id');
    const full: AcceptedWrite = { ...write, onesignalId: user?.id, externalId };
    this.writes.push(full);
    if (user === undefined) return;
    const writes = this.#byUser.get(user.id) ?? [];
    writes.push(full);
    this.#byUser.set(user.id, writes);
    if (externalId === undefined) return;
    const holders = this.#holders.get(externalId) ?? new Set();
    this.#holders.set(externalId, holders.add(user.id));
  }

  history(externalId: string): AcceptedWrite[] {
    return [...(this.#holders.get(externalId) ?? [])].flatMap((id) => this.#byUser.get(id) ?? []);
  }
}
