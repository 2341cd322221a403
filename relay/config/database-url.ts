/** Where a store on PostgreSQL is. */
export interface DatabaseUrl {
  /** For the driver: without what only we understand. May hold the password. */
  server: URL;
  /** Everything of one store is in one schema, so that a database can be shared. */
  schema: string;
  /** Whether the connection is TLS; if so, the server has to prove who it is. */
  hasTls: boolean;
}

const DEFAULT_SCHEMA = 'onesignal_relay';

/** What needs no quotes in SQL, and no more than PostgreSQL keeps of a name. */
const SCHEMA_NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * libpq's words for how a connection is protected. All that ask for TLS mean here what `verify-full` says: the weaker
 * ones would take any server that answers. https://www.postgresql.org/docs/current/libpq-ssl.html
 */
const SSL_MODES: Readonly<Record<string, boolean>> = {
  disable: false,
  prefer: true,
  require: true,
  'verify-ca': true,
  'verify-full': true,
};

export function isSslMode(mode: string): boolean {
  return Object.hasOwn(SSL_MODES, mode);
}

/** @returns undefined for what is no `postgres://user:password@host:port/database?schema=name&sslmode=verify-full` */
export function parseDatabaseUrl(value: string): DatabaseUrl | undefined {
  if (!URL.canParse(value)) return undefined;
  const server = new URL(value);
  const schema = server.searchParams.get('schema') ?? DEFAULT_SCHEMA;
  const mode = server.searchParams.get('sslmode');
  for (const name of ['schema', 'sslmode']) server.searchParams.delete(name);
  const isKnown = server.protocol === 'postgres:' || server.protocol === 'postgresql:';
  const hasDatabase = server.pathname.length > 1;
  const hasHost = server.hostname !== '' || server.searchParams.has('host');
  return isKnown && hasDatabase && hasHost && isDecodable(server) && SCHEMA_NAME.test(schema)
    ? { server, schema, hasTls: mode !== null && SSL_MODES[mode] === true }
    : undefined;
}

/** True where the address asks the driver to take any server that answers, or for a mode that nobody knows. */
export function trustsAnyServer(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { searchParams } = new URL(value);
  const mode = searchParams.get('sslmode');
  return searchParams.has('uselibpqcompat') || searchParams.has('ssl') || (mode !== null && !isSslMode(mode));
}

/** The address with this mode, unless it has one of its own. For hosts that give the address and let nobody edit it. */
export function withSslMode(value: string, mode: string): string {
  const url = new URL(value);
  if (!url.searchParams.has('sslmode')) url.searchParams.set('sslmode', mode);
  return url.href;
}

/** A `%` of a password that was not written as `%25` makes the driver fail. */
function isDecodable({ username, password, pathname }: URL): boolean {
  try {
    for (const part of [username, password, pathname]) decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}
