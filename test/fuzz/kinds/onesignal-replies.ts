import type { Dispatcher } from 'undici';
import { classifyReply } from '../../../relay/onesignal/classify-reply.ts';
import { HeldPlace } from '../../../relay/onesignal/held-place.ts';
import { createOneSignalClient } from '../../../relay/onesignal/onesignal-client.ts';
import type { OneSignalCall, OneSignalOutcome } from '../../../relay/onesignal/onesignal-outcome.ts';
import { nothingHeld } from '../../../relay/pipeline/nothing-held.ts';
import { ruleOfOutcome } from '../../../relay/pipeline/retries/retry-table.ts';
import { syncUnit, type UnitResult } from '../../../relay/pipeline/sync-unit.ts';
import { jobsOf } from '../../../relay/pipeline/unit-jobs.ts';
import type { Unit } from '../../../relay/pipeline/units.ts';
import type { KnownUser } from '../../../relay/store/store.ts';
import { lead, member } from '../../unit/mapping/record-samples.ts';
import { leased } from '../../unit/pipeline/unit-samples.ts';
import { type AnySetup, anySetup } from '../any-setup.ts';
import type { Chance } from '../chance.ts';
import type { Find, FuzzKind } from '../fuzz-kind.ts';
import { anyJson, contactDetail, mutated, nastyText, personalText, recordId } from '../hostile.ts';
import { isMarked, MARK } from '../marks.ts';

const APP = {
  appId: '6c6e0a2e-0b9f-4a55-8d4b-0f0f3f3c1a11',
  apiKey: 'os_v2_app_fuzz',
  apiUrl: 'https://onesignal.invalid',
};
/** A plan takes a handful: this many would be a loop. */
const MOST_REQUESTS = 40;
const LONGEST_WAIT_MS = 3_600_000;

interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Answers of OneSignal, of what stands in front of it, and of nobody, to the work on one user. */
export function oneSignalRepliesKind(): FuzzKind {
  return {
    name: 'onesignal reply',
    weight: 25,
    async play(chance, find) {
      judgeReading(anyCall(chance), anyReply(chance), find);
      const setup = anySetup(chance);
      const work = anyWork(chance, setup);
      const { requests, client } = fuzzedClient(chance);
      const result = await syncUnit(work.unit, {
        ...setup,
        settings: work.settings,
        client,
        known: work.known,
        asserted: new Set(chance.happens(0.1) ? [work.key] : []),
        retiring: new Set(),
        interrupted: new Set(chance.happens(0.1) ? [work.key] : []),
        now: () => 1_000_000,
        salesforceNow: () => 1_000_000,
        claims: {
          of: () => [],
          resolve: () => Promise.resolve({ kind: 'claimed', what: 'Another user has it.' }),
          forget: () => undefined,
        },
        addresses: { addressesOf: () => Promise.resolve([]), claimAddresses: () => Promise.resolve([]) },
        onInterrupted: interrupted,
        place: new HeldPlace(),
        signal: new AbortController().signal,
      });
      await client.close(0);
      for (const request of requests) judgeRequest(request, work, setup, find);
      if (requests.length > MOST_REQUESTS) find(`${requests.length} requests for one user`);
      return judgeResult(result, find);
    },
  };
}

function anyCall(chance: Chance): OneSignalCall {
  return chance.oneOf([
    'create_user',
    'update_tags',
    'update_identity',
    'delete_alias',
    'delete_user',
    'view_user',
    'custom_events',
    'create_message',
    'create_subscription',
    'probe',
  ]);
}

function anyReply(chance: Chance): Reply {
  const id = chance.oneOf(['b1d6c0f2-7a55-4f0e-9a51-7e0a4e6c1f11', nastyText(chance), personalText(chance)]);
  const labels = () => ({
    [chance.oneOf(['salesforce_id', 'external_id', 'city', personalText(chance), nastyText(chance)])]:
      personalText(chance),
  });
  const user = {
    identity: { onesignal_id: id, external_id: personalText(chance) },
    properties: { tags: { sf_stage: personalText(chance) } },
    subscriptions: [{ id, type: 'Email', token: personalText(chance), enabled: true, notification_types: 1 }],
  };
  const error = (code: unknown, meta: unknown) => ({ errors: [{ code, title: personalText(chance), meta }] });
  const body = chance.oneOf<() => unknown>([
    () => user,
    () => error('user-2', labels()),
    () => error('Conflict', { conflicting_aliases: labels() }),
    () => error('entitlements-tag-limit', undefined),
    () => error(chance.oneOf(['auth-1', 'request-1', nastyText(chance), contactDetail(chance)]), anyJson(chance, 1)),
    () => ({ errors: [personalText(chance)], limit: chance.oneOf(['App ID', 'User ID', nastyText(chance)]) }),
    () => ({ errors: { [contactDetail(chance)]: labels() } }),
    () => anyJson(chance),
  ])();
  const text = JSON.stringify(withWordsForCodes(mutated(body, chance, 0.03))) ?? '';
  return {
    status: chance.happens(0.9)
      ? chance.oneOf([
          200, 201, 202, 204, 400, 401, 403, 404, 408, 409, 410, 413, 422, 425, 429, 500, 502, 503, 521, 524,
        ])
      : 200 + chance.upTo(400),
    headers: chance.happens(0.3)
      ? {
          'retry-after': chance.oneOf([
            '1',
            '-1',
            '1e9',
            'Tue, 24 Nov 2026 12:00:30 GMT',
            '99999999999',
            nastyText(chance),
          ]),
        }
      : {},
    body: chance.oneOf([text, text, text, text.slice(0, text.length / 2), `<html>${personalText(chance)}</html>`, '']),
  };
}

/** One word in a place for codes is a code to the relay, whatever it says: it has no mark. */
function withWordsForCodes(body: unknown): unknown {
  const asCode = (text: string) => (/^[\w.-]+$/.test(text) ? text.replaceAll(MARK, 'word') : text);
  if (typeof body !== 'object' || body === null || !('errors' in body)) return body;
  const { errors } = body;
  const coded = (one: unknown) =>
    typeof one === 'object' && one !== null && 'code' in one && typeof one.code === 'string'
      ? { ...one, code: asCode(one.code) }
      : one;
  if (Array.isArray(errors)) return { ...body, errors: errors.map(coded) };
  if (typeof errors !== 'object' || errors === null) return body;
  return {
    ...body,
    errors: coded(Object.fromEntries(Object.entries(errors).map(([name, one]) => [asCode(name), one]))),
  };
}

function judgeReading(call: OneSignalCall, { status, headers, body }: Reply, find: Find): void {
  const reply = classifyReply(call, status, headers, body, 1_000_000);
  if (!('status' in reply)) find('an answer without its status');
  // Who holds an alias, what a user holds and whom an event was about is for the relay itself: it is never told.
  const { conflictingAliases: _, user: __, refused: ___, oneSignalId: id, ...told } = reply as Record<string, unknown>;
  if (id !== undefined && !/^[\w-]{1,36}$/.test(String(id))) find('a OneSignal id that is none');
  if (isMarked(JSON.stringify(told))) find(`the reading of an answer (${reply.kind}) quotes it`);
  const waits = [reply.kind === 'rate_limited' || reply.kind === 'unavailable' ? (reply.retryAfterMs ?? 0) : 0];
  if (waits.some((wait) => !(wait >= 0 && wait <= LONGEST_WAIT_MS))) find('a wait that is none');
}

interface Work {
  key: string;
  unit: Unit;
  known: ReadonlyMap<string, KnownUser>;
  settings: AnySetup['settings'];
  tagKeys: ReadonlySet<string>;
  labels: ReadonlySet<string>;
}

function anyWork(chance: Chance, { settings: given, mapping }: AnySetup): Work {
  const settings = { ...given, syncEmail: false, syncPhone: false };
  const id = recordId(chance, 'Lead');
  const key = chance.oneOf([id, 'app-user-1', `${chance.upTo(9)}@person.example`]);
  const fields = { Industry: personalText(chance), Company: personalText(chance), NumberOfEmployees: 5 };
  const members = chance.happens(0.85)
    ? [member(lead({ id, stage: chance.oneOf(['New', personalText(chance), null]), fields }))]
    : [];
  const held = {
    ...nothingHeld(key),
    onesignalId: 'os-1',
    tags: chance.oneOf([{}, { sf_stage: 'h', old: 'h' }]),
    aliases: chance.oneOf([{}, { salesforce_id: id, old_alias: 'x' }]),
    createdAt: chance.oneOf([null, 999_000, 1]),
    assertAt: chance.oneOf([null, 5]),
  };
  const known = new Map(chance.happens(0.6) ? [[key, held]] : []);
  const user = {
    key,
    members,
    toLink: members.length === 0 ? [] : [id],
    hasUnseenRecord: false,
    lostByDeletionOnly: members.length === 0,
    hasMovedOne: false,
    handedOver: [],
  };
  const leases = [
    leased({
      recordId: id,
      isForced: chance.happens(0.2),
      attempts: chance.upTo(10),
      userKey: chance.oneOf([null, key]),
    }),
  ];
  const absent = members.length > 0 ? [] : [{ record: leases[0] ?? leased(), absence: 'deleted' as const }];
  const unit = { users: [user], recordIds: [id], movers: new Set<string>(), leases, refused: [], absent };
  const [job] = jobsOf(unit, { settings, mapping, known });
  const mapped = (kind: 'Tag' | 'Alias') =>
    mapping.fields.filter((field) => field.kind === kind).map((field) => field.key);
  return {
    key,
    unit,
    known,
    settings,
    tagKeys: new Set([
      ...Object.keys({ ...job?.desired?.tags, ...held.tags }),
      settings.stageTag,
      settings.stageChangedAtTag,
      ...mapped('Tag'),
    ]),
    labels: new Set([
      ...Object.keys({ ...job?.desired?.aliases, ...held.aliases }),
      'external_id',
      'salesforce_id',
      'salesforce_lead_id',
      ...mapped('Alias'),
    ]),
  };
}

interface Sent {
  method: string;
  path: string;
  body: string;
}

/** The relay's own client, whose requests are answered by chance. Its clock runs, so that no limit makes it wait. */
function fuzzedClient(chance: Chance) {
  const requests: Sent[] = [];
  let clock = 0;
  const dispatch: Dispatcher['dispatch'] = ({ method, path, body }, handler) => {
    requests.push({ method, path, body: body === null || body === undefined ? '' : String(body) });
    let isOver = false;
    const controller = {
      abort() {
        isOver = true;
      },
      aborted: false,
      paused: false,
      reason: null,
      pause: () => undefined,
      resume: () => undefined,
    };
    handler.onRequestStart?.(controller, {});
    if (isOver) return true;
    if (chance.happens(0.05) || requests.length > MOST_REQUESTS) {
      handler.onResponseError?.(
        controller,
        Object.assign(new Error(personalText(chance)), {
          code: chance.oneOf(['ECONNRESET', 'EPROTO', nastyText(chance)]),
        }),
      );
      return true;
    }
    const { status, headers, body: text } = anyReply(chance);
    handler.onResponseStart?.(controller, status, headers, '');
    handler.onResponseData?.(controller, Buffer.from(text));
    if (!isOver) handler.onResponseEnd?.(controller, {});
    return true;
  };
  const client = createOneSignalClient({
    ...APP,
    requestsPerSecond: 1_000,
    // Beyond the longest wait that an answer can ask for.
    monotonic() {
      clock += 2 * LONGEST_WAIT_MS;
      return clock;
    },
    dispatcher: { dispatch, destroy: () => Promise.resolve() },
  });
  return { requests, client };
}

function interrupted(outcome: OneSignalOutcome) {
  return { notBefore: 2_000_000, countsAsAttempt: ruleOfOutcome(outcome).follows === 'again' };
}

const PATH = /^\/apps\/[0-9a-f-]{36}\/(users(\/by\/external_id\/[^/?#]+(\/identity(\/[^/?#]+)?)?)?)$/;

/** Nothing but what the plan says goes out, to no other user and to no other place. */
function judgeRequest(
  { method, path, body }: Sent,
  { key, tagKeys, labels }: Work,
  _setup: AnySetup,
  find: Find,
): void {
  const named = PATH.exec(path)?.[2];
  if (named === undefined && !path.endsWith('/users')) find(`a request to ${method} ${path}`);
  const [, id] = /^\/by\/external_id\/([^/]+)/.exec(named ?? '') ?? [];
  if (id !== undefined && decodeURIComponent(id) !== key) find('a request about another user');
  const { properties, identity } = (body === '' ? {} : JSON.parse(body)) as {
    properties?: { tags?: object };
    identity?: Record<string, string>;
  };
  for (const tag of Object.keys(properties?.tags ?? {}))
    if (!tagKeys.has(tag)) find(`the tag ${tag} was sent, which is in no plan`);
  for (const label of Object.keys(identity ?? {}))
    if (!labels.has(label)) find(`the alias ${label} was sent, which is in no plan`);
  if (identity?.external_id !== undefined && identity.external_id !== key) find('another external id was sent');
}

function judgeResult({ leases, verdicts, users }: UnitResult, find: Find): string {
  const [lease] = leases;
  if (leases.length !== 1 || lease === undefined) {
    find(`${leases.length} results for one record`);
    return 'none';
  }
  if (lease.kind === 'settled' && !verdicts.some(({ recordId: id }) => id === lease.recordId))
    find('a record is settled without a verdict');
  for (const { detail, onesignalId } of verdicts) {
    if (detail.length > 255) find('a detail is longer than Salesforce keeps');
    if (isMarked(detail)) find('a detail quotes an answer or a record');
    if (onesignalId !== null && onesignalId.length > 36) find('a OneSignal id that Salesforce would refuse');
  }
  for (const { onesignalId } of users)
    if (onesignalId !== null && onesignalId.length > 36) find('a OneSignal id that is none');
  return lease.kind === 'settled' ? (verdicts[0]?.reason ?? 'none') : 'tried again';
}
