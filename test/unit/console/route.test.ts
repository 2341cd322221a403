import { hrefOf, parseRoute, type Route } from '../../../relay/console/session/route.ts';

test.each<Route>([
  { view: 'overview' },
  { view: 'failures', reason: null },
  { view: 'failures', reason: 'TAG_LIMIT' },
  { view: 'search', query: '' },
  { view: 'search', query: 'a b&c=d/é?#' },
  { view: 'record', recordId: '00Q000000000001EAA' },
  { view: 'mapping' },
  { view: 'conversions', days: 30 },
  { view: 'conversions', days: 90 },
])('an address leads back to where it was made: %j', (route) => {
  expect(parseRoute(hrefOf(route))).toEqual(route);
});

test.each(['', '#', '#/', '#/nowhere', '#/records/', '#//'])(
  'an address that no view knows is the overview: %j',
  (hash) => {
    expect(parseRoute(hash)).toEqual({ view: 'overview' });
  },
);

test('what somebody typed wrong does no harm', () => {
  expect(parseRoute('#/records/%E0%A4%A')).toEqual({ view: 'record', recordId: '%E0%A4%A' });
  expect(parseRoute('#/conversions?days=1e9')).toEqual({ view: 'conversions', days: 30 });
});
