import type { Store } from '../../relay/store/store.ts';
import type { UserView } from '../emulators/onesignal/emulator-types.ts';
import type { FieldValues } from '../emulators/salesforce/org-contract.ts';
import type { EmulatedOneSignal } from './emulated-onesignal.ts';
import type { EmulatedOrg } from './emulated-org.ts';
import type { History } from './operations.ts';
import { type Expected, type ExpectedUser, expectedOf } from './reference-model.ts';

/** Tags and aliases that only the relay gives. */
const OUR_TAGS = ['sf_stage', 'sf_stage_at'];
const OUR_ALIASES = ['salesforce_id', 'salesforce_lead_id'];

/** What is not as the reference model has it, a sentence each; empty when all is as it must be. */
export async function judgePeople(
  org: EmulatedOrg,
  onesignal: EmulatedOneSignal,
  store: Store,
  history: History,
): Promise<string[]> {
  const rows = allRows(org);
  const expected = expectedOf(rows, history.wonAt);
  const users = new Map(onesignal.users.flatMap((user) => (user.externalId ? [[user.externalId, user]] : [])));
  const byId = new Map(rows.map((row) => [String(row.Id), row]));
  return [
    ...(await judgeRest(store, rows, [...users.keys()])),
    ...[...expected.users.values()].flatMap((user) => judgeUser(user, users.get(user.externalId))),
    ...[...users.values()].filter(({ externalId }) => !expected.users.has(externalId ?? '')).flatMap(judgeLeft),
    ...[...expected.records].flatMap(([id]) => judgeRecord(id, expected, byId.get(id) ?? {}, users)),
    ...judgeEmails(expected, [...users.values()], byId, history),
  ];
}

/** Those in the recycle bin too. */
function allRows({ org, seller }: EmulatedOrg): FieldValues[] {
  const idsOf = (object: string) => org.query(`SELECT Id FROM ${object}`, seller, { all: true });
  return ['Lead', 'Contact'].flatMap((object) =>
    idsOf(object)
      .map(({ Id: id }) => org.peek(object, String(id)))
      .filter((row) => row !== undefined),
  );
}

async function judgeRest(store: Store, rows: readonly FieldValues[], keys: readonly string[]): Promise<string[]> {
  const { due, pendingWriteBacks, deadLetters } = await store.counts();
  const known = await store.users([...keys, ...rows.map(({ Id: id }) => String(id))]);
  const doubts = [...known.values()].filter(({ assertAt }) => assertAt !== null).length;
  const left: [string, number][] = [
    ['records are still due', due],
    ['statuses are still to be written', pendingWriteBacks],
    ['dead letters', deadLetters],
    ['users are still to be asserted', doubts],
  ];
  return left.filter(([, count]) => count > 0).map(([what, count]) => `in the store: ${what} (${count})`);
}

/** A contact without a stage gives no user; one that was there keeps its alias, without tags. */
function judgeUser(
  { externalId, stage, stageAt, salesforceId, leadId }: ExpectedUser,
  user: UserView | undefined,
): string[] {
  if (user === undefined) return stage === null ? [] : [`user ${externalId} is not there`];
  const tags = pick(user.tags, OUR_TAGS);
  const wanted = stage === null ? {} : { sf_stage: stage, sf_stage_at: timeIn(tags.sf_stage_at, stageAt) };
  const aliases = pick(user.aliases, OUR_ALIASES);
  const named = { salesforce_id: salesforceId, ...(leadId !== undefined && { salesforce_lead_id: leadId }) };
  // Of a user that the app made nothing is written while its record has no stage.
  const mayBeUnnamed = stage === null && Object.keys(aliases).length === 0;
  return [
    ...differs(`user ${externalId}: tags`, tags, wanted),
    ...(mayBeUnnamed ? [] : differs(`user ${externalId}: aliases`, aliases, named)),
  ];
}

/** The time that is there where it is one of those that may be, else the first of them. */
function timeIn(held: string | undefined, stageAt: readonly number[]): string | undefined {
  return stageAt.some((at) => String(at) === held) ? held : stageAt.map(String)[0];
}

/** A user for whom no record stands holds nothing of ours. */
function judgeLeft({ externalId, tags, aliases }: UserView): string[] {
  return [
    ...differs(`user ${externalId} without records: tags`, pick(tags, OUR_TAGS), {}),
    ...differs(`user ${externalId} without records: aliases`, pick(aliases, OUR_ALIASES), {}),
  ];
}

function judgeRecord(
  id: string,
  { records, users }: Expected,
  row: FieldValues,
  held: ReadonlyMap<string, UserView>,
): string[] {
  const record = records.get(id);
  const user = users.get(record?.externalId ?? '');
  if (record === undefined || user === undefined) return [];
  const said = `${row.OneSignal_Sync_Status__c} ${row.OneSignal_Sync_Reason__c}`;
  const hasEmail = held.get(user.externalId)?.subscriptions.some(({ token }) => token === user.email) ?? false;
  const isShared = user.email !== undefined && user.agrees && !hasEmail;
  // Somebody else with the address opted out: then nobody has it, not even the record that came first.
  const isOutElsewhere = [...users.values()].some(({ email, agrees }) => email === user.email && !agrees);
  const deciding = user.stage === null ? ['Skipped NO_STAGE'] : isShared ? ['Skipped SHARED_EMAIL'] : ['Synced OK'];
  // The first of two records keeps an email from which it is opted out: then the other may or may not have been told.
  const allowed = !record.isDeciding
    ? ['Skipped SHARED_EXTERNAL_ID']
    : user.stage !== null && (!user.agrees || (isShared && isOutElsewhere))
      ? ['Synced OK', 'Skipped SHARED_EMAIL']
      : deciding;
  // A contact without a stage makes no event, and was never asked for.
  const isUnasked = row.OneSignal_Sync_Requested_At__c === null || row.OneSignal_Sync_Requested_At__c === undefined;
  if (isUnasked && row.OneSignal_Sync_Status__c === null) return [];
  return [
    ...(allowed.includes(said) ? [] : [`${id} says ${said}, not ${allowed.join(' or ')}`]),
    ...differs(`${id}: synced stage`, row.OneSignal_Synced_Stage__c ?? null, record.stage),
  ];
}

/** An email is with one user, one that has a right to it, and nobody gets mails who once opted out. */
function judgeEmails(
  { users }: Expected,
  held: readonly UserView[],
  byId: ReadonlyMap<string, FieldValues>,
  { optedOut }: History,
): string[] {
  const claimants = Map.groupBy(
    [...users.values()].filter(({ email, stage }) => email !== undefined && stage !== null),
    ({ email }) => email ?? '',
  );
  return [...claimants].flatMap(([email, wanting]) => {
    const holders = held.filter(({ subscriptions }) => subscriptions.some(({ token }) => token === email));
    const [holder] = holders;
    const isOn = holder?.subscriptions.find(({ token }) => token === email)?.enabled;
    const isOut = wanting.some(({ agrees }) => !agrees);
    // A contact without a stage may have had it once, and then its opt-out holds.
    const mayBeOut = optedOut.has(email) || [...users.values()].some((user) => user.email === email && !user.agrees);
    const out = wanting.filter(({ agrees }) => !agrees).flatMap(({ records }) => records);
    const stamps = out.map((id) => byId.get(id)?.OneSignal_Sync_Requested_At__c);
    return [
      ...(holders.length > 1 ? [`${email} is with ${holders.length} users`] : []),
      ...(mayBeOut ? [] : judgeFreeEmail(email, wanting, holder, users)),
      ...(isOut && isOn === true
        ? [`${email} is switched on, though ${out.join(', ')} opted out (${stamps.join(', ')})`]
        : []),
    ];
  });
}

/** One that nobody ever opted out of. */
function judgeFreeEmail(
  email: string,
  [first]: readonly ExpectedUser[],
  holder: UserView | undefined,
  users: Expected['users'],
): string[] {
  if (holder === undefined) return [`${email} is with nobody, though ${first?.externalId} agrees`];
  const owner = users.get(holder.externalId ?? '');
  const isOn = holder.subscriptions.find(({ token }) => token === email)?.enabled;
  // With an email that came by a merge somebody may have opted out who has another.
  if (isOn !== true) return owner?.agrees === false ? [] : [`${email} is switched off, and nobody opted out`];
  return owner !== undefined || isKeptFor(email, users) ? [] : [`${email} is with a user without records`];
}

/** A contact without a stage keeps the email that came with its lead, though it gives no user. */
function isKeptFor(email: string, users: Expected['users']): boolean {
  return [...users.values()].some((user) => user.stage === null && user.email === email);
}

function pick(all: Readonly<Record<string, string>>, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(keys.flatMap((key) => (all[key] === undefined ? [] : [[key, all[key]]])));
}

function differs(what: string, held: unknown, wanted: unknown): string[] {
  const [a, b] = [JSON.stringify(held), JSON.stringify(wanted)];
  return a === b ? [] : [`${what} ${a}, not ${b}`];
}
