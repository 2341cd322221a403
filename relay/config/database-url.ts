/** Where a store on PostgreSQL is. */
export interface DatabaseUrl {
  /** For the driver: without what only we understand. May hold the password. */
  server: URL;
  /** Everything of one store is in one schema, so that a database can be shared. */
  schema: string;
}

const DEFAULT_SCHEMA = 'onesignal_relay';

/** What needs no quotes in SQL, and no more than PostgreSQL keeps of a name. */
const SCHEMA_NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/** @returns undefined for what is no `postgres://user:password@host:port/database?schema=name` */
export function parseDatabaseUrl(value: string): DatabaseUrl | undefined {
  if (!URL.canParse(value)) return undefined;
  const server = new URL(value);
  const schema = server.searchParams.get('schema') ?? DEFAULT_SCHEMA;
  server.searchParams.delete('schema');
  const isKnown = server.protocol === 'postgres:' || server.protocol === 'postgresql:';
  const hasDatabase = server.pathname.length > 1;
  const hasHost = server.hostname !== '' || server.searchParams.has('host');
  return isKnown && hasDatabase && hasHost && isDecodable(server) && SCHEMA_NAME.test(schema)
    ? { server, schema }
    : undefined;
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
