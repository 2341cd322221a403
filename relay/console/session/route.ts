/** Where the page is; the address holds all of it, so that it can be sent to a colleague. */
export type Route =
  | { view: 'overview' }
  | { view: 'failures'; reason: string | null }
  | { view: 'search'; query: string }
  | { view: 'record'; recordId: string }
  | { view: 'mapping' }
  | { view: 'conversions'; days: number };

export type View = Route['view'];

export const DEFAULT_DAYS = 30;
/** As long as the relay may keep what it knows of messages. */
export const CHOICES_OF_DAYS = [7, 30, 90];

/** @param hash as in `location.hash` @returns the overview for what no view knows */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  const values = new URLSearchParams(query);
  const [view, ...rest] = path.split('/');
  if (view === 'failures') return { view, reason: values.get('reason') };
  if (view === 'search') return { view, query: values.get('q') ?? '' };
  if (view === 'records' && rest[0] !== undefined && rest[0] !== '')
    return { view: 'record', recordId: decode(rest[0]) };
  if (view === 'mapping') return { view };
  if (view === 'conversions') return { view, days: daysOf(values.get('days')) };
  return { view: 'overview' };
}

export function hrefOf(route: Route): string {
  switch (route.view) {
    case 'overview':
      return '#/';
    case 'failures':
      return route.reason === null ? '#/failures' : `#/failures?${new URLSearchParams({ reason: route.reason })}`;
    case 'search':
      return route.query === '' ? '#/search' : `#/search?${new URLSearchParams({ q: route.query })}`;
    case 'record':
      return `#/records/${encodeURIComponent(route.recordId)}`;
    case 'mapping':
      return '#/mapping';
    case 'conversions':
      return route.days === DEFAULT_DAYS ? '#/conversions' : `#/conversions?days=${route.days}`;
  }
}

function daysOf(text: string | null): number {
  const days = Number(text);
  return CHOICES_OF_DAYS.includes(days) ? days : DEFAULT_DAYS;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
