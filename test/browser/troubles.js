/** What a screen reader or a small screen would trip over. */
export async function troubles() {
  const { violations } = await globalThis.axe.run(document.querySelector('main'));
  const isTooWide = document.documentElement.scrollWidth > globalThis.innerWidth;
  return [...violations.map(({ id }) => id), ...(isTooWide ? ['wider than the screen'] : [])];
}
