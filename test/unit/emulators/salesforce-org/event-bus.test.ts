import { channel, newLead, newOrg } from './org-under-test.ts';

const replayIds = (test: ReturnType<typeof newOrg>) => test.events.map((event) => event.replayId);

// https://developer.salesforce.com/docs/platform/pub-sub-api/guide/event-message-durability.html: opaque, not
// contiguous, kept for 72 hours.
test('replay ids rise with gaps from a start that follows from the seed', () => {
  const under = newOrg();
  for (let count = 0; count < 30; count++) newLead(under);
  const ids = replayIds(under);
  const steps = ids.slice(1).map((id, index) => id - (ids[index] ?? 0));
  expect(steps.every((step) => step >= 1)).toBe(true);
  expect(steps.some((step) => step > 1)).toBe(true);
  expect(under.org.lastReplayId(channel)).toBe(ids.at(-1));
  const again = newOrg();
  newLead(again);
  expect(replayIds(again)[0]).toBe(ids[0]);
  expect(again.events[0]?.eventUuid).toBe(under.events[0]?.eventUuid);
  const other = newOrg({ seed: 'other' });
  newLead(other);
  expect(replayIds(other)[0]).not.toBe(ids[0]);
});

test('an event is kept for 72 hours by the clock of the org', () => {
  const under = newOrg();
  const before = under.org.lastReplayId(channel);
  newLead(under);
  under.clock.now += 72 * 3_600_000;
  newLead(under);
  const [first = 0, second = 0] = replayIds(under);
  expect(under.org.retained(channel)).toHaveLength(2);
  expect([before, first, second].map((id) => under.org.knowsReplayId(channel, id))).toEqual([true, true, true]);
  under.clock.now += 1;
  expect(under.org.retained(channel).map((event) => event.replayId)).toEqual([second]);
  // The one just before the oldest retained is still a place to go on from; the one before that is not.
  expect([before, first, second].map((id) => under.org.knowsReplayId(channel, id))).toEqual([false, true, true]);
  expect(under.org.knowsReplayId(channel, second + 1)).toBe(false);
});

test('a move of the org makes every replay id invalid', () => {
  const under = newOrg();
  newLead(under);
  const old = under.org.lastReplayId(channel);
  under.org.orgMoved();
  expect(under.org.knowsReplayId(channel, old)).toBe(false);
  expect(under.org.retained(channel)).toEqual([]);
});

// https://developer.salesforce.com/docs/atlas.en-us.platform_events.meta/platform_events/platform_events_considerations_decoupled_processes.htm
test('an event comes after the commit: listeners find the record as it was saved', () => {
  const under = newOrg();
  const seen: unknown[] = [];
  under.org.onPublish((event) => seen.push(under.org.peek('Lead', String(event.payload.Record_Id__c))?.Status));
  const id = newLead(under);
  under.org.update('Lead', id, { Status: 'Working - Contacted' }, under.admin);
  expect(seen).toEqual(['Open - Not Contacted', 'Working - Contacted']);
});

// https://developer.salesforce.com/docs/atlas.en-us.platform_events.meta/platform_events/platform_events_event_uuid.htm:
// a publish that succeeded is only queued; it can still be lost.
test('a lost event was published and never reaches the bus', () => {
  const under = newOrg();
  under.org.losePublished(1);
  newLead(under);
  newLead(under);
  expect(under.events).toHaveLength(1);
  expect(under.org.counters).toMatchObject({ published: 2, flowFaults: 0 });
});
