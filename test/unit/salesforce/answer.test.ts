import type { Dispatcher } from 'undici';
import { Answer } from '../../../relay/salesforce/answer.ts';

function controllerThat(abort: (reason: Error) => void): Dispatcher.DispatchController {
  return { abort, aborted: false, paused: false, reason: null, pause() {}, resume() {} };
}

test('a request that was given up before it went out does not go out', async () => {
  const aborted: Error[] = [];
  const answer = new Answer();
  answer.giveUp();
  answer.onRequestStart(controllerThat((reason) => aborted.push(reason)));
  await expect(answer.whole).rejects.toMatchObject({ name: 'AbortError' });
  expect(aborted).toEqual([expect.objectContaining({ name: 'AbortError' })]);
});

test('what comes before the answer itself is none', async () => {
  const answer = new Answer();
  const controller = controllerThat(() => undefined);
  answer.onRequestStart(controller);
  answer.onResponseStart(controller, 103, { link: '</a.css>' });
  answer.onResponseStart(controller, 200, { 'set-cookie': ['a', 'b'] });
  for (const piece of ['{}', ' ']) answer.onResponseData(controller, Buffer.from(piece));
  answer.onResponseEnd();
  expect(await answer.whole).toEqual({ statusCode: 200, headers: { 'set-cookie': 'a,b' }, bytes: Buffer.from('{} ') });
});
