/** Stands in every value that is personal or secret: nothing that is told of may hold it. */
export const MARK = 'canary7f3a';

export function isMarked(text: string): boolean {
  return text.toLowerCase().includes(MARK);
}
