import { isRecordIdOf, longIdOf, OBJECT_NAMES } from '../../mapping/record.ts';

/** The 18 characters of a lead's or contact's id that was given with 15 or 18; undefined for anything else. */
export function recordIdOf(text: string): string | undefined {
  const id = longIdOf(text);
  return OBJECT_NAMES.some((object) => isRecordIdOf(object, id)) ? id : undefined;
}
