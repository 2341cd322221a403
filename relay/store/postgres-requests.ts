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

export async function takeRequest({ query }: Transaction, epoch: number): Promise<CommandRequest | undefined> {
  const [row] = await query(
    `UPDATE requests SET state = 'running', epoch = $1
     WHERE id = (SELECT id FROM requests WHERE state = 'waiting' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING *`,
    [epoch],
  );
  return commandRequest(row);
}
