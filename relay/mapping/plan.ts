import { type AddressPlan, planAddresses } from './addresses.ts';
import { isUsableExternalId } from './external-id.ts';
import type { Mapping } from './mapping-rows.ts';
import { describeOutcome, type OutcomeStatus, REASONS, type ReasonCode } from './outcome.ts';
import { byPrecedence, choosePrimary, type Member, stageTime } from './primary.ts';
import { contactIdOf, type Snapshot } from './record.ts';
import { isReservedTagKey } from './reserved-tag-keys.ts';
import type { Settings } from './settings.ts';
import { transformValue } from './transforms.ts';

/** What stands on a record once the plan is carried out. */
export interface PlannedOutcome {
  recordId: string;
  status: OutcomeStatus;
  reason: ReasonCode;
  detail: string;
  /** The raw stage that the outcome is about. */
  stage: string | null;
  /** True when the outcome holds only if OneSignal takes the plan. */
  dependsOnOneSignal: boolean;
}

/** What OneSignal should hold for one user, and what its records say then. */
export interface UserPlan {
  externalId: string;
  /** False when nothing may be sent: the settings don't allow a plan. */
  isSendable: boolean;
  /** Aliases of ours by label, without the external id. */
  aliases: Readonly<Record<string, string>>;
  /** In the order in which they matter: the first ones are kept where the plan's cap is reached. */
  tags: Readonly<Record<string, string>>;
  /** Emails and phone numbers, where the settings send them. */
  addresses: AddressPlan;
  /** Tags, aliases and addresses that the user does not get, each with why if that is not the plan's cap. */
  leftOut: readonly string[];
  outcomes: readonly PlannedOutcome[];
}

/** The longest stage that Salesforce can give back to us in `OneSignal_Synced_Stage__c`. */
const LONGEST_STAGE = 255;

/** Aliases of a user, the two of our own included: https://documentation.onesignal.com/docs/en/database-dmp-crm-integration */
export const MOST_ALIASES = 10;

/**
 * Plans one user from the records that stand for it, as Salesforce holds them now. Pure: the same records, settings
 * and mapping give the same plan, whatever came before.
 * @param members every visible record of the user, at least one
 */
export function planUser(
  externalId: string,
  members: readonly Member[],
  settings: Settings,
  mapping: Mapping,
): UserPlan {
  const primary = choosePrimary(members);
  if (primary === undefined) return { ...NOTHING, externalId };
  const { aliases, leftOut } = aliasesOf(primary, members, mapping);
  const addresses = planAddresses(primary, members, settings, mapping);
  const decision = decide(primary, [...leftOut, ...addresses.leftOut], settings, mapping);
  const outcomes = members.map((member) => outcomeOf(member, primary, decision));
  return {
    externalId,
    isSendable: decision.isSendable,
    aliases,
    tags: decision.tags,
    addresses,
    leftOut: decision.leftOut,
    outcomes,
  };
}

const NOTHING = {
  isSendable: true,
  aliases: {},
  tags: {},
  addresses: { consents: {}, addresses: [], leftOut: [] },
  leftOut: [],
  outcomes: [],
};

interface Decision {
  isSendable: boolean;
  tags: Record<string, string>;
  leftOut: readonly string[];
  reason: ReasonCode;
  detail: string;
}

function decide(primary: Member, furtherLeftOut: readonly string[], settings: Settings, mapping: Mapping): Decision {
  const { stage, object } = primary.snapshot;
  if (stage === null) return withoutTags('NO_STAGE');
  if (stage.length > LONGEST_STAGE) return { ...withoutTags('STAGE_TOO_LONG'), isSendable: false };
  if (isReservedTagKey(settings.stageTag) || isReservedTagKey(settings.stageChangedAtTag)) {
    return { ...withoutTags('RESERVED_TAG_KEY'), isSendable: false };
  }
  const mapped = mapping.stages[object].get(stage);
  if (mapped === undefined && mapping.hasStageRows && settings.unmappedStage === 'Skip')
    return withoutTags('UNMAPPED_STAGE');
  const { wanted, unfit } = tagsOf(primary, mapped ?? stage, settings, mapping);
  const kept = wanted.slice(0, settings.maxTags);
  const leftOut = [...wanted.slice(settings.maxTags).map(([key]) => key), ...unfit, ...furtherLeftOut];
  const reason = leftOut.length > 0 ? 'TAGS_LEFT_OUT' : 'OK';
  const what = leftOut.length > 0 ? `OneSignal holds this stage; left out: ${leftOut.join(', ')}.` : undefined;
  return { isSendable: true, tags: Object.fromEntries(kept), leftOut, reason, detail: describeOutcome(reason, what) };
}

function withoutTags(reason: ReasonCode): Decision {
  return { isSendable: true, tags: {}, leftOut: [], reason, detail: describeOutcome(reason) };
}

function tagsOf(primary: Member, lifecycleStage: string, settings: Settings, mapping: Mapping) {
  const wanted: [string, string][] = [[settings.stageTag, lifecycleStage]];
  const unfit: string[] = [];
  const time = stageTime(primary);
  if (time !== undefined) wanted.push([settings.stageChangedAtTag, String(time)]);
  for (const { object, kind, field, key, transform } of mapping.fields) {
    if (kind !== 'Tag' || object !== primary.snapshot.object) continue;
    const value = transformValue(primary.snapshot.fields[field] ?? null, transform, mapping.timeZone);
    if (value === null) unfit.push(`${key} (${field} does not fit ${transform})`);
    else if (value !== undefined) wanted.push([key, value]);
  }
  return { wanted, unfit };
}

/**
 * `salesforce_id` is the primary's id; once a lead is converted it is the contact's, and the lead's id moves to
 * `salesforce_lead_id`. Labels from mapping rows come after.
 */
function aliasesOf(
  primary: Member,
  members: readonly Member[],
  mapping: Mapping,
): { aliases: Record<string, string>; leftOut: string[] } {
  const record = primary.snapshot;
  const leftOut: string[] = [];
  const aliases: Record<string, string> = { salesforce_id: contactIdOf(record) ?? record.id };
  const lead = [...members].sort(byPrecedence).find(({ snapshot }) => contactIdOf(snapshot) === aliases.salesforce_id);
  if (lead !== undefined) aliases.salesforce_lead_id = lead.snapshot.id;
  for (const { object, kind, field, key, transform } of mapping.fields) {
    if (kind !== 'Alias' || object !== record.object) continue;
    const value = transformValue(record.fields[field] ?? null, transform, mapping.timeZone);
    if (value === undefined) continue;
    if (value === null || !isUsableExternalId(value)) leftOut.push(`alias ${key} (${field} does not fit)`);
    else if (Object.keys(aliases).length >= MOST_ALIASES) leftOut.push(`alias ${key}`);
    else aliases[key] = value;
  }
  return { aliases, leftOut };
}

function outcomeOf(member: Member, primary: Member, decision: Decision): PlannedOutcome {
  const { snapshot } = member;
  if (member === primary || speaksFor(primary.snapshot, snapshot)) {
    const { status } = REASONS[decision.reason];
    const { reason, detail } = decision;
    return {
      recordId: snapshot.id,
      status,
      reason,
      detail,
      stage: primary.snapshot.stage,
      dependsOnOneSignal: decision.isSendable,
    };
  }
  const detail = describeOutcome('SHARED_EXTERNAL_ID', whoDecides(snapshot, primary.snapshot));
  const shared = { status: 'Skipped', reason: 'SHARED_EXTERNAL_ID', detail, stage: snapshot.stage } as const;
  return { recordId: snapshot.id, ...shared, dependsOnOneSignal: false };
}

/** A won lead keeps deciding while its contact has no stage: the contact is then synced with the lead's stage. */
function speaksFor(primary: Snapshot, other: Snapshot): boolean {
  return primary.isConverted && other.object === 'Contact' && other.id === contactIdOf(primary) && other.stage === null;
}

function whoDecides(record: Snapshot, primary: Snapshot): string {
  if (contactIdOf(record) === primary.id) return `The lead was converted; its contact ${primary.id} decides.`;
  return `${primary.object} ${primary.id} stands for the same OneSignal user and decides.`;
}
