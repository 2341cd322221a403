import { waitersUnder } from '../../../relay/config/waiting-under.ts';
import { unlessAborted } from '../../../relay/salesforce/unless-aborted.ts';

const REASON = new Error('stopping');
const never = new Promise<never>(() => undefined);

test('work that comes to an end gives what it gives, and nothing is kept', async () => {
  const stop = new AbortController();
  expect(await unlessAborted(Promise.resolve(1), stop.signal)).toBe(1);
  await expect(unlessAborted(Promise.reject(new Error('x')), stop.signal)).rejects.toThrow('x');
  expect(waitersUnder(stop.signal).isEmpty).toBe(true);
});

test('work that hangs ends with the signal, and so does all that comes', async () => {
  const stop = new AbortController();
  const hanging = unlessAborted(never, stop.signal);
  stop.abort(REASON);
  await expect(hanging).rejects.toBe(REASON);
  await expect(unlessAborted(Promise.resolve(1), stop.signal)).rejects.toBe(REASON);
});
