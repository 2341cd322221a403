import type { AcceptedWrite } from '../emulators/onesignal/emulator-types.ts';
import { type Scenario, startScenario } from '../integration/scenario.ts';
import { remember } from './cases.ts';
import type { IdentityCase } from './identity-case.ts';

/** What came of a case, with names in place of ids. */
export interface PlayedCase {
  title: string;
  did: string;
  calls: string[];
  users: string[];
  records: string[];
}

/** OneSignal may not show a user everywhere for a minute after it was made. */
const A_MINUTE_LATER_MS = 61_000;
const OUR_USERS = ['app-1', 'app-2'];

/** Plays a case with the real relay between the two emulators. `endScenario` has to follow. */
export async function playCase(one: IdentityCase): Promise<PlayedCase> {
  const s = await startScenario(one.options);
  const names = new Map<string, string>(OUR_USERS.map((id) => [id, id]));
  const name = (id: string, given: string) => {
    names.set(id, given);
    return remember(s, given, id);
  };
  await one.before?.(s, name);
  await s.settled();
  const before = s.world.onesignal.stats.writes.length;
  await one.happens(s, name);
  await s.settled();
  await goneLater(s, one, names);
  const inNames = (text: string) => [...names].reduce((all, [id, given]) => all.replaceAll(id, given), text);
  const calls = s.world.onesignal.stats.writes
    .slice(before)
    .filter((write) => [...names.keys()].some((id) => whose(write) === id))
    .map((write) => inNames(callText(write)));
  return {
    title: one.title,
    did: one.did,
    calls,
    users: [...names].flatMap(([id, given]) => userText(s, id, given).map(inNames)),
    records: [...names].flatMap(([id, given]) => recordText(s, id, given).map(inNames)),
  };
}

async function goneLater(s: Scenario, { goesAway = [] }: IdentityCase, names: Map<string, string>): Promise<void> {
  if (goesAway.length === 0) return;
  s.passTime(A_MINUTE_LATER_MS);
  // Somebody else's record makes the relay look around.
  s.lead();
  const ids = [...names].flatMap(([id, given]) => (goesAway.includes(given) ? [id] : []));
  await s.until(`${goesAway} is gone`, () => ids.every((id) => s.user(id) === undefined));
  await s.settled();
}

type Body = { identity?: Record<string, string>; properties?: { tags?: Record<string, string> } } | undefined;

function whose({ path, body, externalId }: AcceptedWrite): string | undefined {
  const inPath = /\/users\/by\/external_id\/([^/?]+)/.exec(path)?.[1];
  return inPath === undefined ? ((body as Body)?.identity?.external_id ?? externalId) : decodeURIComponent(inPath);
}

function callText(write: AcceptedWrite): string {
  const { call, path } = write;
  const { identity = {}, properties = {} } = (write.body as Body) ?? {};
  const { external_id: _, ...aliases } = identity;
  const user = `\`${whose(write)}\``;
  const held = [listOf(aliases), listOf(stageOf(properties.tags))].filter((text) => text !== '').join('; ');
  if (call === 'create_user') return `create ${user}: ${held}`;
  if (call === 'update_user') return `tags of ${user}: ${held}`;
  if (call === 'update_identity') return `aliases of ${user}: ${held}`;
  if (call in ADDRESS_CALLS) return addressCallText(write);
  if (call === 'delete_alias') return `take alias ${path.split('/').at(-1)} from ${user}`;
  return `delete ${user}`;
}

const ADDRESS_CALLS: Readonly<Partial<Record<AcceptedWrite['call'], string>>> = {
  create_subscription: 'email for',
  update_subscription: 'email of',
  transfer_subscription: 'move the email to',
  delete_subscription: 'delete the email of',
};

function addressCallText(write: AcceptedWrite): string {
  const { subscription = {} } = (write.body ?? {}) as { subscription?: { enabled?: boolean } };
  const what = `${ADDRESS_CALLS[write.call]} \`${whose(write)}\``;
  if (write.call !== 'update_subscription') return what;
  return subscription.enabled === undefined ? `ask for ${what}` : `${what}: ${subscription.enabled ? 'on' : 'off'}`;
}

/** The time of a stage is another in each run. */
function stageOf(tags: Record<string, string> = {}): Record<string, string> {
  const { sf_stage_at: _, ...others } = tags;
  return others;
}

function listOf(entries: Record<string, string>): string {
  return Object.entries(entries)
    .map(([key, value]) => (value === '' ? `no ${key}` : `${key} ${value}`))
    .join(', ');
}

function userText(s: Scenario, id: string, given: string): string[] {
  const user = s.user(id);
  const wasThere = s.world.onesignal.history(id).length > 0;
  if (user === undefined) return wasThere ? [`no user \`${given}\``] : [];
  const { external_id: _, ...aliases } = user.aliases;
  const held = [listOf(aliases), listOf(stageOf(user.tags))].filter((text) => text !== '').join('; ');
  const emails = user.subscriptions.filter(({ type }) => type === 'Email');
  const email = emails.map(({ enabled }) => `, email ${enabled ? 'on' : 'off'}`).join('');
  const more = `${email}${user.subscriptions.length > emails.length ? ', and what the app has there' : ''}`;
  return [`\`${given}\`: ${held === '' ? 'nothing of ours' : held}${more}`];
}

function recordText(s: Scenario, id: string, given: string): string[] {
  const object = id.startsWith('003') ? 'Contact' : 'Lead';
  const record = /^00[3Q]/.test(id) ? s.world.org.peek(object, id) : undefined;
  if (record === undefined) return [];
  if (record.IsDeleted === true) return [`${given}: deleted`];
  return [
    `${given}: ${record.OneSignal_Sync_Status__c} ${record.OneSignal_Sync_Reason__c}, “${record.OneSignal_Sync_Detail__c}”`,
  ];
}
