/** The records that the first hour made, which alone it works on. */
export interface OurRecords {
  /** While a save is under way, what it makes is not known yet: nobody may judge an event before. */
  during<T>(save: () => Promise<T>): Promise<T>;
  add(recordId: string): void;
  /** Resolves when it is known. */
  has(recordId: string): Promise<boolean>;
}

export function createOurRecords(): OurRecords {
  const ids = new Set<string>();
  let saving: Promise<unknown> = Promise.resolve();
  return {
    during(save) {
      const saved = save();
      saving = saved.catch(() => undefined);
      return saved;
    },
    add: (recordId) => void ids.add(recordId),
    async has(recordId) {
      await saving;
      return ids.has(recordId);
    },
  };
}
