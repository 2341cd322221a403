import { GONE_REASONS } from '../mapping/outcome.ts';

/** Tables that fill with what nobody needs any more, in the order in which they are tidied: a record first, then what hangs on it. */
export const TIDIED = [
  'records',
  'address_waiters',
  'addresses',
  'users',
  'claims',
  'transitions',
  'engagement',
  'stage_moves',
  'engaged_users',
  'engagement_writes',
  'messages',
] as const;

export type TidiedTable = (typeof TIDIED)[number];

/** How an engine says what is asked of a row of `records`, after its name. */
export interface Dialect {
  isDue: string;
  isLeased: string;
}

/** Which rows of a table are of no use, as conditions on a row `t`, with the parameters `:before` and `:before_seconds`. */
export interface TidyRule {
  /** The primary key, by which the table is read page by page. */
  key: readonly string[];
  /** Nothing needs the row now. */
  isUnused: string;
  /** True: it goes only when it has been so for the whole time, which the row's `unused_since` counts. */
  isMarked: boolean;
}

/** Somebody may click a message long after it was sent, and then its name is wanted. Ms. */
const NAMES_KEPT = 365 * 86_400_000;

const GONE = `(${GONE_REASONS.map((reason) => `'${reason}'`).join(', ')})`;

/**
 * What a living record's sync needs is never among these: its row, its verdict, its user, its addresses and its waits. A
 * record that can't be seen counts as living, since absent is not deleted. What a unit of work holds is left alone.
 */
export function tidyRules({ isDue, isLeased }: Dialect): Readonly<Record<TidiedTable, TidyRule>> {
  const living = (condition: string) => thereIs(`records r WHERE ${condition}`);
  const isWorkedOn = (key: string) => thereIs(`claims c WHERE c.key = ${key} AND c.epoch IS NOT NULL`);
  return {
    records: {
      key: ['record_id'],
      // Of a record that is not due, `not_before` is when it last had its verdict.
      isUnused: `t.user_key IS NULL AND t.not_before < :before
        AND NOT (t.${isDue} OR t.${isLeased})
        AND NOT ${thereIs(`verdicts v WHERE v.record_id = t.record_id
                           AND (v.reason NOT IN ${GONE} OR v.decided_at >= :before)`)}`,
      isMarked: false,
    },
    address_waiters: {
      key: ['type', 'hash', 'record_id'],
      isUnused: `NOT ${living(`r.record_id = t.record_id AND (r.user_key IS NOT NULL OR r.${isDue})`)}`,
      isMarked: false,
    },
    addresses: {
      key: ['type', 'hash'],
      isUnused: `NOT ${living('r.user_key = t.user_key')}
        AND NOT ${living('r.record_id = t.record_id AND r.user_key IS NOT NULL')}
        AND NOT ${thereIs('address_waiters w WHERE w.type = t.type AND w.hash = t.hash')}
        AND NOT ${isWorkedOn('t.user_key')}`,
      isMarked: true,
    },
    users: {
      key: ['key'],
      isUnused: `t.assert_at IS NULL AND t.retire_at IS NULL AND NOT ${living('r.user_key = t.key')}
        AND NOT ${isWorkedOn('t.key')}`,
      isMarked: true,
    },
    claims: {
      key: ['key'],
      isUnused: `t.epoch IS NULL AND t.free_at < :before
        AND NOT ${living(`r.user_key = t.key AND r.${isDue}`)}`,
      isMarked: false,
    },
    transitions: { key: ['id'], isUnused: 't.at < :before_seconds', isMarked: false },
    engagement: { key: ['id'], isUnused: 't.received_at < :before', isMarked: false },
    stage_moves: { key: ['record_id', 'at', 'stage'], isUnused: 't.at < :before', isMarked: false },
    engaged_users: { key: ['key'], isUnused: `NOT ${living('r.user_key = t.key')}`, isMarked: false },
    engagement_writes: { key: ['record_id'], isUnused: `NOT ${living('r.record_id = t.record_id')}`, isMarked: false },
    messages: { key: ['id'], isUnused: `t.seen_at < :before - ${NAMES_KEPT}`, isMarked: false },
  };
}

/** As EXISTS, which PostgreSQL would answer for a page by reading the other table as a whole, where it thinks that pays. */
function thereIs(from: string): string {
  return `((SELECT 1 FROM ${from} LIMIT 1) IS NOT NULL)`;
}

/** Which rows a page has: from the first of the table or those after `:after_0`, …; up to `:last_0`, … or to the end. */
export interface PageEdges {
  isFirst: boolean;
  isLast: boolean;
}

/** The statements that tidy one page of a table, in order; each takes what its text names. */
export interface TidyStatements {
  /** The key of the row before which `:skipped` others of the page stand; none where the page is the last one. */
  lastOfPage(isFirst: boolean): string;
  /** Rows of the page that are of no use from now on, and those that are again. */
  marks(edges: PageEdges): string[];
  forget(edges: PageEdges): string;
}

/** In words that both engines know. */
export function tidyStatements(table: TidiedTable, { key, isUnused, isMarked }: TidyRule): TidyStatements {
  const columns = key.map((column) => `t.${column}`).join(', ');
  const given = (name: string) => key.map((_, place) => `:${name}_${place}`).join(', ');
  const after = (isFirst: boolean) => (isFirst ? '1 = 1' : `(${columns}) > (${given('after')})`);
  const within = ({ isFirst, isLast }: PageEdges) =>
    isLast ? after(isFirst) : `${after(isFirst)} AND (${columns}) <= (${given('last')})`;
  return {
    lastOfPage: (isFirst) =>
      `SELECT ${columns} FROM ${table} AS t WHERE ${after(isFirst)} ORDER BY ${columns} LIMIT 1 OFFSET :skipped`,
    marks: (edges) =>
      isMarked
        ? [
            `UPDATE ${table} AS t SET unused_since = :now WHERE ${within(edges)} AND t.unused_since IS NULL AND ${isUnused}`,
            `UPDATE ${table} AS t SET unused_since = NULL
             WHERE ${within(edges)} AND t.unused_since IS NOT NULL AND NOT (${isUnused})`,
          ]
        : [],
    forget: (edges) =>
      `DELETE FROM ${table} AS t
       WHERE ${within(edges)} AND ${isMarked ? 't.unused_since < :before AND ' : ''}${isUnused}
       RETURNING ${key.join(', ')}`,
  };
}
