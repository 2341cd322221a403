import { isEmailEnd, isEngaged, isUnsubscribe, readEngagementEvent } from '../../../relay/mapping/engagement.ts';

const BODY = {
  v: 1,
  kind: 'message.push.clicked',
  id: '6f1d4c1e-0d7a-4c55-9f0a-2a1c2b7c9e11',
  ts: '1764000000',
  external_id: 'dana%40acme.example',
  onesignal_id: 'os-1',
  message_id: 'm-1',
  message_name: 'It%27s+%22on%22%2C+100%25',
};

const read = (given: Record<string, unknown>) => readEngagementEvent({ ...BODY, ...given });

test('an event of the documented template is read, with what Liquid encoded', () => {
  expect(read({})).toEqual({
    id: BODY.id,
    channel: 'push',
    what: 'clicked',
    at: 1_764_000_000_000,
    externalId: 'dana@acme.example',
    onesignalId: 'os-1',
    messageId: 'm-1',
    messageName: 'It\'s "on", 100%',
  });
});

test('what Liquid had no value for is nothing', () => {
  const nothing = { external_id: '', onesignal_id: '', message_id: '', message_name: null };
  expect(read(nothing)).toMatchObject({ externalId: null, onesignalId: null, messageId: null, messageName: null });
});

test('a name that nobody encoded counts as it is', () => {
  expect(read({ message_name: '100% off' })).toMatchObject({ messageName: '100% off' });
});

test('a number is a time too, in whole seconds', () => {
  expect(read({ ts: 1_764_000_000.9 })).toMatchObject({ at: 1_764_000_000_000 });
});

test.each(['message.email.bounced', 'message.email.hardbounced'])('%s is a bounce for good', (kind) => {
  expect(read({ kind })).toMatchObject({ channel: 'email', what: 'bounced' });
});

test.each(['message.push.failed', 'message.live_activity.sent', 'custom', '__proto__'])('%s is ignored', (kind) => {
  expect(read({ kind })).toBe('ignored');
});

test.each([undefined, null, 7, 'x', [], {}, { ...BODY, id: null }, { ...BODY, kind: 1 }, { ...BODY, ts: 'soon' }])(
  '%j is no event',
  (body) => {
    expect(readEngagementEvent(body)).toBeUndefined();
  },
);

test('who takes notice, who wants no more, and whose email has ended', () => {
  const all = ['sent', 'received', 'opened', 'clicked', 'unsubscribed', 'reported_as_spam', 'bounced'] as const;
  expect(all.filter(isEngaged)).toEqual(['opened', 'clicked']);
  expect(all.filter(isUnsubscribe)).toEqual(['unsubscribed', 'reported_as_spam']);
  expect(all.filter((what) => isEmailEnd({ channel: 'email', what }))).toEqual(all.slice(4));
  expect(all.filter((what) => isEmailEnd({ channel: 'push', what }))).toEqual([]);
});
