import type { Environment } from '../../config/environment.ts';
import type { Setup } from '../../pipeline/setup.ts';
import type { SalesforceSession } from '../../salesforce/session.ts';
import type { StreamTiming } from '../../salesforce/streaming/cometd-source.ts';
import type { Patience } from './patience.ts';
import type { RelayAtWork } from './relay-at-work.ts';

export interface FirstHourOptions {
  environment: Environment;
  session: SalesforceSession;
  /** The integration user's id, where Salesforce told it. */
  userId: string | undefined;
  setup: Setup;
  /** A relay that runs beside this command; undefined: the doctor runs one for the time. */
  beside: RelayAtWork | undefined;
  /** Who moves the lead, by JWT bearer. */
  username: string | undefined;
  streamTiming?: Partial<StreamTiming> | undefined;
  patience?: Patience | undefined;
  signal: AbortSignal;
}
