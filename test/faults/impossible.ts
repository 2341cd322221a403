import type { FaultStep } from './fault-steps.ts';

const NO_CURSOR = 'the stream has no cursor before its first event, so none can be lost';
const NO_CLIENT =
  'a start goes on while the stream connects: only by chance there is a client at this step that could be told so';
const NO_TOKEN = 'the stream’s first client comes later, with whatever token is good then';

const NO_CHANGE = 'at a first start OneSignal is asked to make users, and not to change some that could be missing';

const ONLY_READ =
  'a read of the store changes nothing, so a fault elsewhere strikes here as at the write beside it: left out for the five minutes';

const STORE_READS = ['cursor', 'mark', 'users', 'linkedRecords', 'knownRecords', 'pendingWriteBacks'];
const MAKES_CLIENT = ['salesforce.subscribe', 'salesforce.connect'];
const NEEDS_CLIENT = ['stream: unauthorized', 'stream: session_lost', 'stream: allocation_spent'];
const BEFORE_STREAM = ['salesforce.token', 'salesforce.query', 'salesforce.describe', 'store.bind', 'store.join'];

/** Why this fault can't strike while the relay stands at this step; undefined for a cell that is played. */
export function whyImpossible(fault: string, { name, way }: FaultStep): string | undefined {
  const isRead = STORE_READS.some((read) => name === `store.${read}`);
  if (isRead && !fault.startsWith('store: ')) return ONLY_READ;
  if (way !== 'start') return undefined;
  if (fault === 'stream: replay_lost') return NO_CURSOR;
  if (fault === 'OneSignal: not_found') return NO_CHANGE;
  if (fault === 'stream: unauthorized' && BEFORE_STREAM.includes(name)) return NO_TOKEN;
  if (NEEDS_CLIENT.includes(fault) && !MAKES_CLIENT.includes(name)) return NO_CLIENT;
  return undefined;
}
