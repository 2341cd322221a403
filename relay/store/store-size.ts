/** Tables whose rows are counted where the size of the store is shown. */
export const COUNTED = ['records', 'users', 'verdicts', 'addresses', 'address_waiters', 'transitions'] as const;

export type CountedTable = (typeof COUNTED)[number];
