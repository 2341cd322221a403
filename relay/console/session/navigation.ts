import { signal } from '@preact/signals';
import { hrefOf, parseRoute, type Route } from './route.ts';

export const route = signal<Route>(parseRoute(location.hash));

/** True from the first move on: then the heading of each new view takes the focus, as a new page would. */
let hasMoved = false;

/** @returns a function that stops it */
export function followAddress(): () => void {
  const follow = () => {
    hasMoved = true;
    route.value = parseRoute(location.hash);
  };
  addEventListener('hashchange', follow);
  return () => removeEventListener('hashchange', follow);
}

export function goTo(next: Route): void {
  location.hash = hrefOf(next);
}

/** Without a step in the history. */
export function replaceBy(next: Route): void {
  location.replace(hrefOf(next));
}

export function focusHeading(heading: HTMLElement | null): void {
  if (!hasMoved || heading === null) return;
  heading.focus({ preventScroll: true });
  scrollTo(0, 0);
}
