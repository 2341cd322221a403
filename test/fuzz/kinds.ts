import type { FuzzKind } from './fuzz-kind.ts';
import { cometdRepliesKind } from './kinds/cometd-replies.ts';
import { eventsKind } from './kinds/events.ts';
import { mappingRowsKind } from './kinds/mapping-rows.ts';
import { oneSignalRepliesKind } from './kinds/onesignal-replies.ts';
import { recordsKind } from './kinds/records.ts';
import { salesforceRepliesKind } from './kinds/salesforce-replies.ts';
import { webhooksKind } from './kinds/webhooks.ts';

/** Everything that comes from outside, kind by kind. */
export function allKinds(): FuzzKind[] {
  return [
    eventsKind(),
    mappingRowsKind(),
    recordsKind(),
    oneSignalRepliesKind(),
    salesforceRepliesKind(),
    cometdRepliesKind(),
    webhooksKind(),
  ];
}
