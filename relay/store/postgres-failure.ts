import { RelayError } from '../config/relay-error.ts';

const UNPROVEN = 'PostgreSQL can’t prove who it is: give its certificate in DATABASE_CERTIFICATE';

/**
 * Sentences for what an operator can set right, by SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html)
 * or by the system's code for a connection that fails.
 */
const SENTENCES: Readonly<Record<string, string>> = {
  '28P01': 'PostgreSQL refuses the user or the password in DATABASE_URL',
  '28000': 'PostgreSQL refuses the user in DATABASE_URL, or refuses it from here or without TLS',
  '3D000': 'PostgreSQL has no database of the name in DATABASE_URL',
  '3F000': 'The user in DATABASE_URL has too few rights in the schema',
  '42501': 'The user in DATABASE_URL has too few rights in the database',
  '25006': 'The PostgreSQL server can only be read: it is a standby',
  '53100': 'The disk of the PostgreSQL server is full',
  '53300': 'PostgreSQL takes no more connections',
  '57P01': 'PostgreSQL is being shut down',
  '57P03': 'PostgreSQL does not take connections yet',
  ECONNREFUSED: 'Nothing answers at the host and port in DATABASE_URL',
  ENOTFOUND: 'The host in DATABASE_URL is unknown',
  EAI_AGAIN: 'The host in DATABASE_URL can’t be looked up',
  EHOSTUNREACH: 'There is no way from here to the host in DATABASE_URL',
  ECONNRESET: 'The connection to PostgreSQL broke',
  DEPTH_ZERO_SELF_SIGNED_CERT: UNPROVEN,
  SELF_SIGNED_CERT_IN_CHAIN: UNPROVEN,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNPROVEN,
  UNABLE_TO_GET_ISSUER_CERT: UNPROVEN,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNPROVEN,
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate of PostgreSQL is for another name than that in DATABASE_URL',
  CERT_HAS_EXPIRED: 'The certificate of PostgreSQL has expired',
};

/**
 * What the driver or the server said, as STORE_FAILED. Of their own words only codes and the names of our tables are
 * kept: the rest can hold the password or a person's data, which is why there is no `cause` either.
 */
export function storeFailure(error: unknown): RelayError {
  const { code = defectName(error), table, column, constraint } = partsOf(error);
  const sentence =
    code === undefined
      ? 'PostgreSQL can’t be connected to, or does not answer in time'
      : (SENTENCES[code] ?? 'PostgreSQL can’t do its work');
  const where = [code, table, column, constraint].filter((part) => part !== undefined).join(', ');
  return new RelayError('STORE_FAILED', where === '' ? `${sentence}.` : `${sentence} (${where}).`);
}

/** What passes when the server is started, or is done starting; and no code at all: it does not answer. */
const PASSING = new Set([
  '53300',
  '57P01',
  '57P03',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ECONNRESET',
  'ETIMEDOUT',
]);

/** As `storeFailure`, of a store that is not open yet: DATABASE_UNREACHABLE where waiting may help. */
export function openFailure(error: unknown): RelayError {
  const failure = storeFailure(error);
  const { code = defectName(error) } = partsOf(error);
  const isPassing = code === undefined || PASSING.has(code);
  return isPassing ? new RelayError('DATABASE_UNREACHABLE', failure.message) : failure;
}

/** A mistake of ours has a class of its own; what the driver says of a connection has none, and no code. */
function defectName(error: unknown): string | undefined {
  return error instanceof Error && error.constructor !== Error && !('code' in error) ? error.name : undefined;
}

type Part = 'code' | 'table' | 'column' | 'constraint';

function partsOf(error: unknown): Partial<Record<Part, string>> {
  const parts: Partial<Record<Part, string>> = {};
  if (typeof error !== 'object' || error === null) return parts;
  for (const name of ['code', 'table', 'column', 'constraint'] as const) {
    const value = (error as Partial<Record<Part, unknown>>)[name];
    if (typeof value === 'string') parts[name] = value;
  }
  return parts;
}
