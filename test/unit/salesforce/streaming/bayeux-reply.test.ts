import { BAYEUX_MESSAGE, streamEndOf, streamEndOfStatus } from '../../../../relay/salesforce/streaming/bayeux-reply.ts';
import type { StreamEnd } from '../../../../relay/salesforce/streaming/stream-ends.ts';

/** Texts as Salesforce's guide and real logs give them: https://developer.salesforce.com/docs/platform/api-streaming/guide/streaming-error-codes.html */
const REFUSALS: readonly [StreamEnd, string, string, string?][] = [
  ['unauthorized', '/meta/connect', '401::Authentication invalid'],
  ['unauthorized', '/meta/handshake', '403::Handshake denied', '401::Authentication invalid'],
  ['unauthorized', '/meta/handshake', '403::Handshake denied', '401::Request requires authentication.'],
  ['session_lost', '/meta/connect', '403::Unknown client'],
  ['session_lost', '/meta/subscribe', '403::Client has not completed handshake'],
  ['session_lost', '/meta/connect', '400::Client x has established a session, but no cookie_name cookie present'],
  [
    'replay_lost',
    '/meta/subscribe',
    '400::The replayId {77} you provided was invalid.  Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.',
  ],
  [
    'denied',
    '/meta/subscribe',
    "400::The replayId for channel {/event/A__e} wasn't found using the provided replay ID map {{/event/B__e=77}}. Ensure that the channel name you provided in the replay map is valid and matches the channel name used for subscribing.",
  ],
  ['allocation_spent', '/meta/connect', '403::Organization total events daily limit exceeded'],
  ['allocation_spent', '/meta/subscribe', '403::Organization total events daily limit exceeded'],
  ['busy', '/meta/handshake', '403::Organization concurrent user limit exceeded'],
  [
    'busy',
    '/meta/handshake',
    '403::Handshake denied',
    'To protect all customers from excessive use and Denial of Service attacks, we limit the number of simultaneous connections per server.',
  ],
  ['busy', '/meta/connect', '403::Unknown client', '503::Server is too busy. Please try your request again later.'],
  ['busy', '/meta/connect', '403::Unknown client', '503 Server is too busy. Please try your request again later.'],
  ['denied', '/meta/subscribe', '403::Restricted channel'],
  ['denied', '/meta/subscribe', '403:denied_by_security_policy:subscribe_denied'],
  ['denied', '/meta/handshake', '403:denied_by_security_policy:create_denied'],
  ['denied', '/meta/subscribe', "400::The channel you requested to subscribe to doesn't exist"],
  ['denied', '/meta/subscribe', "400 The channel you requested to subscribe to doesn't exist"],
  ['denied', '/meta/subscribe', '400::The channel specified is not valid'],
  ['denied', '/meta/subscribe', '404::Unknown channel'],
  ['busy', '/meta/handshake', '500::Something new'],
  ['session_lost', '/meta/connect', '500::Something new'],
];

const CASES = REFUSALS.map(([end, channel, error, failureReason]) => ({ end, channel, error, failureReason }));

test.each(CASES)('$end: $channel refused with $error, $failureReason', ({ end, channel, error, failureReason }) => {
  const message = {
    channel,
    error,
    successful: false,
    advice: { reconnect: 'none' },
    ext: { sfdc: { failureReason } },
  };
  expect(streamEndOf(BAYEUX_MESSAGE.parse(message))).toBe(end);
});

test('an answer without a channel, such as a REST error, is no Bayeux reply', () => {
  expect(
    streamEndOf(BAYEUX_MESSAGE.parse({ errorCode: 'INVALID_SESSION_ID', message: 'Session expired or invalid' })),
  ).toBe('unusable_reply');
});

test('events and successful replies end nothing', () => {
  const event = { channel: '/event/A__e', data: { event: { replayId: 1 }, payload: {} } };
  for (const message of [
    event,
    { channel: '/meta/connect', successful: true },
    { channel: '/meta/subscribe', successful: true },
  ]) {
    expect(streamEndOf(BAYEUX_MESSAGE.parse(message))).toBeUndefined();
  }
});

test('a refusal without a text still ends the client', () => {
  expect(streamEndOf({ channel: '/meta/connect', successful: false })).toBe('session_lost');
  expect(streamEndOf({ channel: '/meta/handshake', successful: false })).toBe('busy');
});

test.each([
  [200, undefined],
  [401, 'unauthorized'],
  [302, 'unusable_reply'],
  [400, 'unusable_reply'],
  [413, 'unusable_reply'],
  [408, 'busy'],
  [429, 'busy'],
  [500, 'busy'],
  [503, 'busy'],
])('HTTP %i means %s before the body is read', (status, end) => {
  expect(streamEndOfStatus(status)).toBe(end);
});
