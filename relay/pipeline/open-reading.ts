import type { Environment } from '../config/environment.ts';
import type { MappingDraft } from '../mapping/mapping-draft.ts';
import { requestAccessToken } from '../salesforce/access-token.ts';
import { createRecordReader, type RecordReader } from '../salesforce/record-reader.ts';
import { createSession, type SalesforceSession } from '../salesforce/session.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createGate } from './gate.ts';
import { createSetup, type Setup } from './setup.ts';

/** What a command reads an org with, where no relay does it. */
export interface Reading {
  session: SalesforceSession;
  setup: Setup;
  reader: RecordReader;
}

export interface ReadingOptions {
  environment: Environment;
  logger: Logger;
  now: () => number;
  /** Settings and mapping rows that count in place of the org's. */
  draft?: MappingDraft | undefined;
}

/** Logs in. The setup is read with its first `refresh`. @throws RelayError as the login does */
export async function openReading({ environment, logger, now, draft }: ReadingOptions): Promise<Reading> {
  const { salesforce } = environment;
  const session = createSession({
    apiVersion: salesforce.apiVersion,
    requestToken: () => requestAccessToken(salesforce),
  });
  await session.open();
  const gate = createGate({ side: 'Salesforce', logger, now });
  const setup = createSetup({ session, gate, logger, onPause: () => undefined, draft });
  return { session, setup, reader: createRecordReader(session, () => setup.mappedFields) };
}
