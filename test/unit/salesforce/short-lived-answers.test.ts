import { setImmediate } from 'node:timers/promises';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type ServedSession, serveSession } from './served-session.ts';

const REQUESTS = 30;
const records = Array.from({ length: 200 }, (_, n) => ({ Id: n, Name: 'n'.repeat(700) }));
const WHOLE = JSON.stringify({ done: true, records });

let served: ServedSession;
beforeEach(async () => {
  served = await serveSession((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(WHOLE);
  });
});
afterEach(() => served.close());

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: { type: 'minor' | 'major' }) => void;

/** What a collection of the young leaves to that of the whole heap. */
function oldBytes(): number {
  const old = getHeapSpaceStatistics().filter(
    ({ space_name: name }) => name === 'old_space' || name === 'large_object_space',
  );
  return old.reduce((sum, { space_used_size: used }) => sum + used, 0);
}

test('what Salesforce answered goes with the young, and not only when the whole heap is collected', async () => {
  const ask = async () => {
    await served.session.request({ call: 'query', method: 'GET', url: '/query?q=x' });
    // What was awaited is in this frame until the next is awaited.
    await setImmediate();
    for (let round = 0; round < 2; round += 1) collect({ type: 'minor' });
  };
  for (let request = 0; request < REQUESTS; request += 1) await ask();
  collect({ type: 'major' });
  const before = oldBytes();
  for (let request = 0; request < REQUESTS; request += 1) await ask();
  expect(oldBytes() - before).toBeLessThan((REQUESTS * WHOLE.length) / 2);
});
