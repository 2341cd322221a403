import type { Engagement, EngagementChannel } from '../mapping/engagement.ts';
import type { ObjectName } from '../mapping/record.ts';
import type {
  ConversionCount,
  EngagedRecord,
  EngagedUser,
  KeptMove,
  NewEngagement,
  PendingEngagement,
  Touch,
} from './engagement.ts';
import { numberOrUndefined, type StoredRow, textOrNull } from './stored-rows.ts';

const timeOrNull = (value: unknown) => numberOrUndefined(value) ?? null;

export function newEngagement(row: StoredRow): NewEngagement {
  return {
    id: String(row.id),
    channel: row.channel as EngagementChannel,
    what: row.what as Engagement,
    at: Number(row.at),
    externalId: textOrNull(row.external_id),
    onesignalId: textOrNull(row.onesignal_id),
    messageId: textOrNull(row.message_id),
    messageName: textOrNull(row.message_name),
    userKey: textOrNull(row.known_key),
  };
}

export function keptMove(row: StoredRow): KeptMove {
  return {
    recordId: String(row.record_id),
    object: row.object as ObjectName,
    stage: String(row.stage),
    priorStage: String(row.prior_stage),
    at: Number(row.at),
    userKey: textOrNull(row.user_key),
    messageId: textOrNull(row.message_id),
  };
}

export function engagedUser(row: StoredRow): EngagedUser {
  return {
    key: String(row.key),
    opens: Number(row.opens),
    clicks: Number(row.clicks),
    lastAt: timeOrNull(row.last_at),
    lastMessageId: textOrNull(row.last_message_id),
    unsubscribedAt: timeOrNull(row.unsubscribed_at),
    emailEndedAt: timeOrNull(row.email_ended_at),
  };
}

export function engagedRecord(row: StoredRow): EngagedRecord {
  return {
    recordId: String(row.record_id),
    object: row.object as ObjectName,
    userKey: String(row.user_key),
    isDeciding: Number(row.is_deciding) === 1,
    influencedBy: textOrNull(row.influenced_by),
  };
}

export function touch(row: StoredRow): Touch {
  return {
    userKey: String(row.user_key),
    what: row.what as Touch['what'],
    at: Number(row.at),
    messageId: String(row.message_id),
  };
}

export function pendingEngagement(row: StoredRow): PendingEngagement {
  return {
    recordId: String(row.record_id),
    object: row.object as ObjectName,
    opens: Number(row.opens ?? 0),
    clicks: Number(row.clicks ?? 0),
    lastAt: timeOrNull(row.last_at),
    lastMessage: textOrNull(row.last_message),
    influencedBy: textOrNull(row.influenced_by_label),
    unsubscribedAt: timeOrNull(row.unsubscribed_at),
    emailEndedAt: timeOrNull(row.email_ended_at),
    version: Number(row.version),
    attempts: Number(row.attempts),
    isRefused: Number(row.is_refused) === 1,
    waitsSince: Number(row.not_before),
  };
}

export function conversionCount(row: StoredRow): ConversionCount {
  return {
    object: row.object as ObjectName,
    stage: String(row.stage),
    messageId: String(row.message_id),
    messageName: textOrNull(row.name),
    reached: Number(row.reached),
    engaged: Number(row.engaged),
    movedOn: Number(row.moved_on),
  };
}

export function engagementEntry(row: StoredRow): { at: number; event: string; message: string | null } {
  return { at: Number(row.at), event: `${row.channel}.${row.what}`, message: textOrNull(row.message) };
}
