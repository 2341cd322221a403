import type { RelayError } from '../config/relay-error.ts';

/** `skipped`: it could not be looked at, because of another check that failed. */
export type CheckStatus = 'pass' | 'warn' | 'fail' | 'skipped';

/** What a check came to: a sentence, and what to do about it where something is to be done. */
export interface Finding {
  status: CheckStatus;
  says: string;
  fix?: string | undefined;
}

/** Each check by its stable id, in the order in which they are made; what it is about. */
export const CHECKS = {
  environment: 'Environment',
  login: 'Login to Salesforce',
  scopes: 'Scopes of the login',
  clock: 'Clock',
  api_version: 'API version',
  package: 'Package in the org',
  fields: 'Fields of the integration user',
  view_all: 'View All on leads and contacts',
  flows: 'Flows',
  settings: 'Settings',
  kill_switch: 'Kill switch',
  mapping_rows: 'Mapping rows',
  stages: 'Stages and their mapping',
  tags: 'Tags for each user',
  deliveries: 'Event deliveries left',
  api_calls: 'API calls left',
  stream: 'Event stream',
  onesignal: 'OneSignal key and app',
  store: 'Store',
  disk: 'Disk',
  cursor: 'Place in the stream',
  failures: 'Failed records',
  webhook: 'What people do with messages',
} as const;

export type CheckId = keyof typeof CHECKS;

export interface CheckResult extends Finding {
  check: CheckId;
  title: string;
}

/** What an error says, and what to do about it. */
export function failed(error: RelayError): Finding {
  const problems = error.problems.map((problem) => ` ${problem}.`).join('');
  return { status: 'fail', says: `${error.message}${problems}`, fix: error.nextStep };
}

export function pass(says: string): Finding {
  return { status: 'pass', says };
}

export function warn(says: string, fix: string): Finding {
  return { status: 'warn', says, fix };
}

export function fail(says: string, fix: string): Finding {
  return { status: 'fail', says, fix };
}
