/** Tables whose rows are counted where the size of the store is shown. */
export const COUNTED = [
  'records',
  'users',
  'verdicts',
  'addresses',
  'address_waiters',
  'transitions',
  'journal',
  'history',
  'engagement',
  'stage_moves',
] as const;

export type CountedTable = (typeof COUNTED)[number];
