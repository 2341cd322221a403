import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readEngagementEvent } from '../../../../relay/mapping/engagement.ts';
import { createEventStream, type EventStream } from '../../../emulators/onesignal/event-stream.ts';
import { type OneSignalEmulator, startOneSignal } from '../../../emulators/onesignal/start-onesignal.ts';
import { documentedTemplate } from '../../../fixtures/engagement-template.ts';

const MESSAGE = { id: 'm-1', name: 'A "quoted" name, 100%', title: 'Free "text"' };

let onesignal: OneSignalEmulator;
let bodies: string[];
let answers: number[];
let server: ReturnType<typeof createServer>;
let stream: EventStream;

beforeEach(async () => {
  [bodies, answers] = [[], []];
  onesignal = await startOneSignal({ appId: 'app', apiKey: 'key' });
  onesignal.seedUser({ externalId: 'dana@acme.example' });
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    bodies.push(body);
    response.writeHead(answers.shift() ?? 204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  stream = createEventStream({ appId: 'app', url, headers: {}, body: documentedTemplate(), users: onesignal.users });
});
afterEach(async () => {
  await onesignal.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const tell = (forgotten?: 'name' | 'everything') =>
  stream.tell({
    kind: 'message.email.clicked',
    externalId: 'dana@acme.example',
    message: MESSAGE,
    at: 1_764_000_000_500,
    ...(forgotten === undefined ? {} : { forgotten }),
  });

// https://documentation.onesignal.com/docs/en/event-streams : one request an event, with a body in Liquid.
test('the documented body stays JSON whatever a message is called, and the relay reads it', async () => {
  tell();
  await stream.deliver();
  expect(readEngagementEvent(JSON.parse(bodies[0] ?? ''))).toMatchObject({
    channel: 'email',
    what: 'clicked',
    at: 1_764_000_000_000,
    externalId: 'dana@acme.example',
    onesignalId: onesignal.users.byExternalId('dana@acme.example')?.onesignalId,
    messageId: MESSAGE.id,
    messageName: MESSAGE.name,
  });
});

// "Message data is kept for 30 days": later events have message.* blank.
test.each([
  ['name', MESSAGE.id],
  ['everything', null],
] as const)('of a message that is forgotten the %s is blank', async (forgotten, messageId) => {
  tell(forgotten);
  await stream.deliver();
  expect(readEngagementEvent(JSON.parse(bodies[0] ?? ''))).toMatchObject({ messageId, messageName: null });
});

// "Recoverable failures (e.g. 429) are retried a few times", then the event has failed for good.
test('what may work later is sent again with the same id, and what is wrong is not', async () => {
  answers = [503, 429, 204, 400];
  tell();
  tell();
  const [first, second] = await stream.deliver();
  expect([first?.statuses, second?.statuses]).toEqual([[503, 429, 204], [400]]);
  expect(new Set(bodies.slice(0, 3)).size).toBe(1);
});

// "Sustained failures disable the stream".
test('failures that go on switch the stream off', async () => {
  answers = Array.from({ length: 20 }, () => 400);
  for (let i = 0; i < 20; i++) tell();
  await stream.deliver();
  expect(stream.isDisabled).toBe(true);
  tell();
  expect(await stream.deliver()).toEqual([]);
});
