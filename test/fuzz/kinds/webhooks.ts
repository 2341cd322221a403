import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENGAGEMENTS, readEngagementEvent } from '../../../relay/mapping/engagement.ts';
import { createEngagementIntake, type EngagementIntake } from '../../../relay/pipeline/engagement/engagement-intake.ts';
import { openSqliteStore } from '../../../relay/store/sqlite-store.ts';
import type { Store } from '../../../relay/store/store.ts';
import type { Chance } from '../chance.ts';
import type { FuzzKind } from '../fuzz-kind.ts';
import { anyJson, mutated, nastyText, personalText, recordId } from '../hostile.ts';

const CHANNELS = ['push', 'email', 'sms', 'iam'];
/** One in so many also goes into a store. */
const SHARE_STORED = 0.1;

interface Taking {
  folder: string;
  store: Store;
  intake: EngagementIntake;
}

/** Bodies that OneSignal's Event Streams post, and that anybody with the token could. */
export function webhooksKind(): FuzzKind {
  let taking: Taking | undefined;
  return {
    name: 'webhook',
    weight: 10,
    async play(chance, find) {
      const event = readEngagementEvent(anyBody(chance));
      if (event === undefined) return 'refused';
      if (event === 'ignored') return 'ignored';
      if (!ENGAGEMENTS.includes(event.what) || !CHANNELS.includes(event.channel)) find('an engagement that is none');
      if (!Number.isInteger(event.at) || event.at < 0) find('a time that is none');
      if (chance.happens(SHARE_STORED)) {
        taking ??= startTaking();
        await taking.intake.take(event);
      }
      return event.what;
    },
    async end(find) {
      if (taking === undefined) return;
      const { store, folder } = taking;
      const { due, deadLetters } = await store.counts();
      if (due + deadLetters > 0) find('what people did with messages made records due');
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function startTaking(): Taking {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  const store = openSqliteStore(folder);
  return { folder, store, intake: createEngagementIntake(store) };
}

/** The documented template, filled in by Liquid or by somebody else. */
function anyBody(chance: Chance): unknown {
  if (chance.happens(0.1)) return anyJson(chance);
  const kind = `message.${chance.oneOf(CHANNELS)}.${chance.oneOf(['sent', 'opened', 'clicked', 'unsubscribed', 'bounced'])}`;
  const body = {
    v: 1,
    kind: chance.oneOf([kind, kind, kind, nastyText(chance)]),
    id: chance.oneOf([`event-${chance.upTo(50)}`, nastyText(chance)]),
    ts: chance.oneOf([1_764_000_000, 1_764_000_000, 1_764_000_000, '1764000000', 1.5, -1, 1e300, nastyText(chance)]),
    external_id: chance.oneOf([recordId(chance, 'Lead'), personalText(chance), nastyText(chance), '%E0%A4%A', null]),
    onesignal_id: chance.oneOf(['b1d6c0f2-7a55-4f0e-9a51-7e0a4e6c1f11', nastyText(chance)]),
    message_id: chance.oneOf(['6c6e0a2e-0b9f-4a55-8d4b-0f0f3f3c1a11', nastyText(chance)]),
    message_name: chance.oneOf(['Welcome', personalText(chance), nastyText(chance)]),
  };
  return mutated(body, chance, 0.02);
}
