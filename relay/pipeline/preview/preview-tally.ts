import type { Mapping } from '../../mapping/mapping-rows.ts';
import type { OutcomeStatus, ReasonCode } from '../../mapping/outcome.ts';
import type { ObjectName } from '../../mapping/record.ts';
import { FingerprintSet } from './fingerprint-set.ts';
import type { UserPreview } from './preview.ts';
import { ACTIONS, type Action } from './user-difference.ts';

/** Records of one stage of one object. */
export interface StageCounts {
  object: ObjectName;
  stage: string | null;
  /** What the mapping makes of it; null where no row names it. */
  lifecycleStage: string | null;
  records: number;
  /** Of them, those whose user would be sent something. */
  changing: number;
  byStatus: Record<OutcomeStatus, number>;
}

export interface ReasonCounts {
  reason: ReasonCode;
  status: OutcomeStatus;
  records: number;
  /** Ids of a few of them. */
  examples: readonly string[];
}

export interface PreviewSummary {
  records: number;
  users: Readonly<Record<Action, number>>;
  tags: { added: number; changed: number; removed: number };
  stages: readonly StageCounts[];
  /** Other reasons than OK. */
  reasons: readonly ReasonCounts[];
}

const MOST_EXAMPLES = 3;

/** Counts previews, each record and each user once. */
export class PreviewTally {
  readonly #mapping: Mapping;
  readonly #records = new FingerprintSet();
  readonly #users = new FingerprintSet();
  readonly #actions = Object.fromEntries(ACTIONS.map((action) => [action, 0])) as Record<Action, number>;
  readonly #tags = { added: 0, changed: 0, removed: 0 };
  readonly #stages = new Map<string, StageCounts>();
  readonly #reasons = new Map<ReasonCode, ReasonCounts & { examples: string[] }>();

  constructor(mapping: Mapping) {
    this.#mapping = mapping;
  }

  /** True of a record that came with another one already. */
  has(recordId: string): boolean {
    return this.#records.has(recordId);
  }

  /** @returns false for a user that was counted already */
  add(user: UserPreview): boolean {
    if (user.externalId !== undefined) {
      if (!this.#users.add(user.externalId)) return false;
      this.#actions[user.action] += 1;
      this.#tags.added += Object.keys(user.tags.added).length;
      this.#tags.changed += Object.keys(user.tags.changed).length;
      this.#tags.removed += user.tags.removed.length;
    }
    for (const record of user.records) this.#addRecord(record, user.action !== 'none');
    return true;
  }

  summary(): PreviewSummary {
    const byName = (a: StageCounts, b: StageCounts) => (`${a.object} ${a.stage}` < `${b.object} ${b.stage}` ? -1 : 1);
    return {
      records: this.#records.size,
      users: this.#actions,
      tags: this.#tags,
      stages: [...this.#stages.values()].sort(byName),
      reasons: [...this.#reasons.values()].sort((a, b) => b.records - a.records),
    };
  }

  #addRecord({ recordId, object, stage, status, reason }: UserPreview['records'][number], isChanging: boolean): void {
    if (!this.#records.add(recordId)) return;
    const counts = this.#countsOf(object, stage);
    counts.records += 1;
    counts.changing += Number(isChanging);
    counts.byStatus[status] += 1;
    if (reason === 'OK') return;
    const ofReason = this.#reasons.get(reason) ?? { reason, status, records: 0, examples: [] };
    ofReason.records += 1;
    if (ofReason.examples.length < MOST_EXAMPLES) ofReason.examples.push(recordId);
    this.#reasons.set(reason, ofReason);
  }

  #countsOf(object: ObjectName, stage: string | null): StageCounts {
    const name = `${object} ${stage}`;
    const lifecycleStage = stage === null ? null : (this.#mapping.stages[object].get(stage) ?? null);
    const counts = this.#stages.get(name) ?? {
      ...{ object, stage, lifecycleStage, records: 0, changing: 0 },
      byStatus: { Synced: 0, Skipped: 0, Failed: 0 },
    };
    this.#stages.set(name, counts);
    return counts;
  }
}
