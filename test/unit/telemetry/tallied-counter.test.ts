import { Registry } from 'prom-client';
import { createTalliedCounter } from '../../../relay/telemetry/tallied-counter.ts';

function counted() {
  const registry = new Registry();
  const counter = createTalliedCounter({
    name: 'calls_total',
    help: 'Calls.',
    labelNames: ['call', 'status'],
    registers: [registry],
  });
  return { counter, told: async () => (await registry.metrics()).split('\n').filter((line) => !line.startsWith('#')) };
}

test('whoever asks is told of all that was counted, by its labels', async () => {
  const { counter, told } = counted();
  counter.inc({ call: 'update_tags', status: '202' });
  counter.inc({ call: 'update_tags', status: '429' });
  counter.inc({ status: '202', call: 'update_tags' }, 5);

  expect(await told()).toEqual([
    'calls_total{call="update_tags",status="202"} 6',
    'calls_total{call="update_tags",status="429"} 1',
    '',
  ]);
});

test('what was told once is told again, and nothing of it twice', async () => {
  const { counter, told } = counted();
  counter.inc({ call: 'update_tags', status: '202' });
  await told();
  expect((await counter.get()).values.map(({ value }) => value)).toEqual([1]);
  counter.inc({ call: 'update_tags', status: '202' });

  expect(await Promise.all([counter.get(), counter.get()])).toEqual(
    Array(2).fill(expect.objectContaining({ values: [expect.objectContaining({ value: 2 })] })),
  );
  expect(await told()).toContain('calls_total{call="update_tags",status="202"} 2');
});

test('labels that read alike one after the other are not taken for each other', async () => {
  const { counter } = counted();
  counter.inc({ call: 'a b', status: 'c' });
  counter.inc({ call: 'a', status: 'b c' });

  expect((await counter.get()).values).toHaveLength(2);
});
