import { ExchangesUnderWay } from '../../../relay/onesignal/exchanges-under-way.ts';
import { HttpExchange } from '../../../relay/onesignal/http-exchange.ts';
import { VirtualClock } from './virtual-clock.ts';

function underWay() {
  const clock = new VirtualClock();
  const exchanges = new ExchangesUnderWay(60_000, clock);
  const begin = () => {
    const exchange = new HttpExchange({ started: () => true });
    const end = { fault: 'none yet' as string | undefined };
    void exchange.result.then(({ fault }) => {
      end.fault = fault;
    });
    return { slot: exchanges.add(exchange), end };
  };
  return { clock, exchanges, begin };
}

test('each is cut off when its own time is over, by one timer', async () => {
  const { clock, exchanges, begin } = underWay();
  const first = begin();
  await clock.advance(10_000);
  const second = begin();
  expect(clock.pendingTimers).toBe(1);

  await clock.advance(49_000);
  expect([first.end.fault, second.end.fault]).toEqual(['none yet', 'none yet']);
  await clock.advance(1_000);
  expect([first.end.fault, second.end.fault]).toEqual(['timeout', 'none yet']);
  exchanges.remove(first.slot);
  await clock.advance(10_000);
  expect(second.end.fault).toBe('timeout');
});

test('one that takes the place of another has all of its time', async () => {
  const { clock, exchanges, begin } = underWay();
  const waiting = begin();
  const answered = begin();
  await clock.advance(50_000);
  exchanges.remove(answered.slot);
  const next = begin();
  expect(next.slot).toBe(answered.slot);

  await clock.advance(20_000);
  expect([waiting.end.fault, next.end.fault]).toEqual(['timeout', 'none yet']);
  await clock.advance(40_000);
  expect(next.end.fault).toBe('timeout');
});

test('no timer keeps the process alive while nobody waits', () => {
  const { clock, exchanges, begin } = underWay();
  const [one, other] = [begin(), begin()];
  exchanges.remove(one.slot);
  expect(clock.pendingTimers).toBe(1);
  exchanges.remove(other.slot);
  expect(clock.pendingTimers).toBe(0);
  begin();
  expect(clock.pendingTimers).toBe(1);
});
