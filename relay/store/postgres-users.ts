import type { Transaction } from './postgres-connection.ts';
import type { KnownUser } from './store.ts';

export async function saveUsers({ query }: Transaction, users: readonly KnownUser[]): Promise<void> {
  if (users.length === 0) return;
  await query(
    `INSERT INTO users (key, onesignal_id, tags, aliases, created_at, assert_at, inherited, retire_at, tag_room)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::bigint[], $9::text[])
       AS u (key, onesignal_id, tags, aliases, created_at, assert_at, inherited, retire_at, tag_room)
     ORDER BY key COLLATE "C"
     ON CONFLICT (key) DO UPDATE SET onesignal_id = excluded.onesignal_id, tags = excluded.tags,
       aliases = excluded.aliases, created_at = excluded.created_at, assert_at = excluded.assert_at,
       inherited = excluded.inherited, retire_at = excluded.retire_at, tag_room = excluded.tag_room`,
    [
      users.map(({ key }) => key),
      users.map(({ onesignalId }) => onesignalId),
      users.map(({ tags }) => JSON.stringify(tags)),
      users.map(({ aliases }) => JSON.stringify(aliases)),
      users.map(({ createdAt }) => createdAt),
      users.map(({ assertAt }) => assertAt),
      users.map(({ inherited }) => JSON.stringify(inherited)),
      users.map(({ retireAt }) => retireAt),
      users.map(({ tagRoom }) => tagRoom && JSON.stringify(tagRoom)),
    ],
  );
}

export async function forgetUsers({ query }: Transaction, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) await query('DELETE FROM users WHERE key = ANY($1)', [keys]);
}
