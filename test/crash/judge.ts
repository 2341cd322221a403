import type { FieldValues } from '../emulators/salesforce/org-contract.ts';
import { CHANNEL, type World } from '../emulators/world.ts';
import { type ExpectedRecord, type ExpectedUser, expectedUsers } from './expected.ts';

const OUR_TAGS = ['sf_stage', 'sf_stage_at'];
const OUR_ALIASES = ['salesforce_id', 'salesforce_lead_id'];

/**
 * What is not as it must be once everything has come to rest, a sentence each; empty when all is well.
 * @param inDoubt external ids of users to which a write is still on its way: nothing can be said of what they hold
 */
export function judge(world: World, deleted: readonly string[], inDoubt: ReadonlySet<string> = new Set()): string[] {
  const users = expectedUsers(world);
  return [
    ...users.flatMap((user) => [
      ...user.records.flatMap((record) => judgeRecord(world, record, user)),
      ...(inDoubt.has(user.externalId) ? [] : [...judgeUser(world, user), ...judgeEmail(world, user)]),
    ]),
    ...judgeLeftovers(world, users, deleted, inDoubt),
  ];
}

/** What the relay must never do, whatever becomes of it. */
export function judgeConduct(world: World): string[] {
  const { violations } = world.onesignal;
  const { stats } = world.salesforce;
  const { counters } = world.org;
  const counts: [string, number][] = [
    ['the rate of the app was broken', violations.app],
    ['the rate of a user was broken', violations.user],
    ['the rate of views was broken', violations.view],
    ['records were written to without Sforce-Auto-Assign: FALSE', stats.writesWithoutAutoAssignFalse],
    ['records were written to without allowSave', stats.writesWithoutAllowSave],
    ['owners were reassigned', counters.reassignments],
    ['duplicate alerts were raised', counters.duplicateAlerts],
    ['the shipped flows met faults', counters.flowFaults],
    ['a write-back published an event', eventsOfRelay(world)],
  ];
  const broken = counts.filter(([, count]) => count > 0).map(([what, count]) => `${what} (${count})`);
  const unknown = stats.emulatorErrors.map((error) => `the emulated org can't do what was asked: ${error}`);
  return [...broken, ...violations.details.map((detail) => JSON.stringify(detail)), ...unknown];
}

function judgeRecord(
  world: World,
  { object, id, status, reason, stage }: ExpectedRecord,
  user: ExpectedUser,
): string[] {
  const record = world.org.peek(object, id) ?? {};
  const requested = record.OneSignal_Sync_Requested_At__c ?? null;
  const held = world.onesignal.users.byExternalId(user.externalId);
  const wanted: FieldValues = {
    OneSignal_Sync_Status__c: status,
    OneSignal_Sync_Reason__c: reason,
    OneSignal_Synced_Stage__c: stage,
    OneSignal_Sync_Answered_At__c: requested,
    OneSignal_Sync_Due__c: false,
    OneSignal_Sync_State__c: status,
    OneSignal_Id__c: held?.onesignalId ?? null,
  };
  return differences(record, wanted).map((difference) => `${object} ${id}: ${difference}`);
}

function judgeUser(world: World, expected: ExpectedUser): string[] {
  const { externalId, stage, stageAt, aliases } = expected;
  const user = world.onesignal.users.byExternalId(externalId);
  if (user === undefined) return [`user ${externalId} is not there`];
  const { sf_stage_at: at = '', ...tags } = user.tags;
  const { external_id: _, ...heldAliases } = user.aliases;
  const times = [stageAt, ...eventTimes(world, expected)];
  return [
    ...(times.includes(Number(at)) ? [] : [`sf_stage_at is ${at || 'not there'}, not ${times.join(' or ')}`]),
    ...differences(tags, { sf_stage: stage }),
    ...differences(heldAliases, aliases),
  ].map((problem) => `user ${externalId}: ${problem}`);
}

/** With its user and nobody else, and switched off for who opted out: who did so from the start has none. */
function judgeEmail(world: World, { externalId, email }: ExpectedUser): string[] {
  const held = world.onesignal.users
    .all()
    .flatMap((user) =>
      user.subscriptions
        .filter(({ type, token }) => type === 'Email' && (token === email?.token || user.externalId === externalId))
        .map(({ token, enabled }) => `${token} with ${user.externalId}, ${enabled ? 'on' : 'off'}`),
    );
  const wanted = email === undefined ? [] : [`${email.token} with ${externalId}, ${email.isOptedOut ? 'off' : 'on'}`];
  const isRight = held.join() === wanted.join() || (email?.isOptedOut === true && held.length === 0);
  return isRight ? [] : [`user ${externalId}: email is ${held.join(' and ') || 'with nobody'}, not ${wanted.join()}`];
}

/**
 * Times at which events told of the stage, unix seconds: a conversion changes the stage without a stamp, so that the event
 * alone knows when. The event may be among those that Salesforce forgot.
 */
function eventTimes({ org }: World, { primaryId, stage, stageAt }: ExpectedUser): number[] {
  return org
    .retained(CHANNEL)
    .filter(({ payload }) => payload.Record_Id__c === primaryId && payload.Stage__c === stage)
    .filter(({ payload }) => ['Created', 'StageChanged', 'Converted'].includes(String(payload.Change_Type__c)))
    .map(({ payload }) => Math.floor(Date.parse(String(payload.Changed_At__c)) / 1000))
    .filter((time) => time > stageAt);
}

/** A user that no record stands for carries nothing of ours; a deleted record took its user along where the setting says so. */
function judgeLeftovers(
  world: World,
  users: readonly ExpectedUser[],
  deleted: readonly string[],
  inDoubt: ReadonlySet<string>,
): string[] {
  const explained = new Set([...users.map(({ externalId }) => externalId), ...inDoubt]);
  return world.onesignal.users.all().flatMap(({ externalId = 'nobody', tags, aliases }) => {
    if (explained.has(externalId)) return [];
    const left = [...OUR_TAGS.filter((key) => key in tags), ...OUR_ALIASES.filter((label) => label in aliases)];
    const ofDeleted = deleted.includes(externalId) ? ' of a deleted record' : '';
    return left.length === 0 ? [] : [`user ${externalId}${ofDeleted} still carries ${left.join(', ')}`];
  });
}

/** Events whose author is the relay's own user. */
function eventsOfRelay({ org, relayUser }: World): number {
  return org.retained(CHANNEL).filter(({ payload }) => payload.CreatedById === relayUser.id).length;
}

function differences(held: FieldValues, wanted: FieldValues): string[] {
  const isRecord = 'Id' in held;
  const keys = isRecord ? Object.keys(wanted) : [...new Set([...Object.keys(held), ...Object.keys(wanted)])];
  return keys
    .filter((key) => (held[key] ?? null) !== (wanted[key] ?? null))
    .map((key) => `${key} is ${JSON.stringify(held[key] ?? null)}, not ${JSON.stringify(wanted[key] ?? null)}`);
}
