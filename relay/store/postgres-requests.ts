import type { Transaction } from './postgres-connection.ts';
import { type CommandKind, type CommandRequest, ENDED_REQUESTS_KEPT } from './store.ts';
import { commandRequest } from './stored-rows.ts';

export async function askFor(transaction: Transaction, kind: CommandKind, options: string): Promise<number> {
  const [row] = await transaction.query('INSERT INTO requests (kind, options) VALUES ($1, $2) RETURNING id', [
    kind,
    options,
  ]);
  const id = Number(row?.id);
  await transaction.query(`DELETE FROM requests WHERE state IN ('done', 'failed') AND id <= $1`, [
    id - ENDED_REQUESTS_KEPT,
  ]);
  transaction.announce();
  return id;
}

export async function takeRequest(
  { query }: Transaction,
  kind: CommandKind,
  epoch: number,
): Promise<CommandRequest | undefined> {
  const [row] = await query(
    `UPDATE requests SET state = 'running', epoch = $1
     WHERE id = (SELECT id FROM requests WHERE state = 'waiting' AND kind = $2 ORDER BY id LIMIT 1
                 FOR UPDATE SKIP LOCKED)
     RETURNING *`,
    [epoch, kind],
  );
  return commandRequest(row);
}

/** @returns false where the request was stopped */
export async function reportFound({ query }: Transaction, id: number, progress: string): Promise<boolean> {
  const rows = await query(`UPDATE requests SET progress = $2 WHERE id = $1 AND state = 'running' RETURNING id`, [
    id,
    progress,
  ]);
  return rows.length > 0;
}

/** @returns false where it has ended already */
export async function stopRequest(query: Transaction['query'], id: number, progress: string): Promise<boolean> {
  const rows = await query(
    `UPDATE requests SET state = 'failed', progress = $2
     WHERE id = $1 AND state IN ('waiting', 'running') RETURNING id`,
    [id, progress],
  );
  return rows.length > 0;
}
