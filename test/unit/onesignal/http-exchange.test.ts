import type { Dispatcher } from 'undici';
import { HttpExchange } from '../../../relay/onesignal/http-exchange.ts';

function exchange(mayStart = true) {
  const told = { started: 0, aborted: 0 };
  const abort = () => {
    told.aborted += 1;
  };
  const started = () => {
    told.started += 1;
    return mayStart;
  };
  const controller = { abort } as unknown as Dispatcher.DispatchController;
  return { exchange: new HttpExchange({ started }), told, controller };
}

test('a request that was given up while it waited for a connection is not written when that opens', async () => {
  const { exchange: late, told, controller } = exchange();
  late.fail('timeout');
  late.onRequestStart(controller);
  expect(told).toEqual({ started: 0, aborted: 1 });
  expect(await late.result).toMatchObject({ started: false, fault: 'timeout' });
});

test('a request that must not go out any more is not written, and surely not applied', async () => {
  const { exchange: late, told, controller } = exchange(false);
  late.onRequestStart(controller);
  expect(told).toEqual({ started: 1, aborted: 1 });
  expect(await late.result).toMatchObject({ started: false, fault: 'part_lost' });
});

test('an early hint is not the answer', async () => {
  const { exchange: hinted, controller } = exchange();
  hinted.onRequestStart(controller);
  hinted.onResponseStart(controller, 103, { link: 'x' });
  hinted.onResponseStart(controller, 202, {});
  hinted.onResponseData(controller, Buffer.from('{"a":"'));
  hinted.onResponseData(controller, Buffer.from('é"}'));
  hinted.onResponseEnd();
  expect(await hinted.result).toEqual({
    started: true,
    fault: undefined,
    status: 202,
    headers: {},
    text: '{"a":"é"}',
  });
});

test('a letter that is split between two pieces of the answer stays whole', async () => {
  const { exchange: split, controller } = exchange();
  const bytes = Buffer.from('例え');
  split.onRequestStart(controller);
  split.onResponseStart(controller, 200, {});
  split.onResponseData(controller, bytes.subarray(0, 2));
  split.onResponseData(controller, bytes.subarray(2));
  split.onResponseEnd();
  expect((await split.result).text).toBe('例え');
});
