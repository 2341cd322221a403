/** What a REST request was, as the statistics name it. */
export type CallKind =
  | 'token'
  | 'identity'
  | 'versions'
  | 'resources'
  | 'query'
  | 'queryMore'
  | 'queryAll'
  | 'collections'
  | 'collectionsCreate'
  | 'collectionsDelete'
  | 'retrieve'
  | 'create'
  | 'update'
  | 'delete'
  | 'describe'
  | 'describeGlobal'
  | 'limits'
  | 'bulkQuery'
  | 'soap';

/** Counters for judgement, read by tests and the demo. They only grow, until `reset`. */
export class CallStats {
  /** REST requests by kind, answered or refused by the route. */
  calls: Partial<Record<CallKind, number>> = {};
  /** REST requests that count against the API allocation (not the token endpoint, not CometD). */
  apiCalls = 0;
  /** HTTP requests to /cometd. */
  cometdRequests = 0;
  handshakes = 0;
  refusedHandshakes = 0;
  connects = 0;
  subscribes = 0;
  /** The replay id that each subscribe request asked for; undefined where it named none. */
  replayIdsAsked: unknown[] = [];
  /** Subscribe requests that were refused, by the error's text. */
  refusedSubscribes: string[] = [];
  /** Events sent, once per subscriber: what Salesforce counts as deliveries. */
  deliveries = 0;
  /** Updates of one record through REST, by record id, whether or not they succeeded. */
  recordWrites = new Map<string, number>();
  /** Updated records whose request lacked `Sforce-Auto-Assign: FALSE`. */
  writesWithoutAutoAssignFalse = 0;
  /** Updated records whose request lacked `Sforce-Duplicate-Rule-Header: allowSave=true`. */
  writesWithoutAllowSave = 0;
  /** What the emulator could not do, e.g. SOQL that it doesn't know. A test that expects none asserts an empty list. */
  emulatorErrors: string[] = [];

  count(kind: CallKind): void {
    this.calls[kind] = (this.calls[kind] ?? 0) + 1;
  }

  countWrite(id: string, headers: { autoAssign: boolean; allowDuplicates: boolean }): void {
    this.recordWrites.set(id, (this.recordWrites.get(id) ?? 0) + 1);
    if (headers.autoAssign) this.writesWithoutAutoAssignFalse += 1;
    if (!headers.allowDuplicates) this.writesWithoutAllowSave += 1;
  }

  reset(): void {
    Object.assign(this, new CallStats());
  }
}
