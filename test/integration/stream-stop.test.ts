import { endStream, type StreamUnderTest, startStream, startWithCursor } from './stream-under-test.ts';

afterEach(endStream);

/** Waits of the table that no test would sit out: only a stop that ends them passes. */
const ENDLESS = { waitScale: 1_000 };
const LIMIT_MS = 20_000;

const CASES: readonly { name: string; reach(): Promise<StreamUnderTest> }[] = [
  { name: 'subscribed', reach: () => startWithCursor({ timing: ENDLESS }) },
  {
    name: 'connecting, without an answer',
    async reach() {
      const prepare = ({ salesforce }: Pick<StreamUnderTest, 'salesforce'>) =>
        salesforce.faults.hangConnects({ newClientsToo: true });
      const under = await startStream({ timing: { ...ENDLESS, firstAnswerMs: 600_000 }, prepare });
      await under.until('it asked', () => under.salesforce.stats.cometdRequests > 0);
      return under;
    },
  },
  {
    name: 'waiting',
    async reach() {
      const under = await startWithCursor({ timing: ENDLESS });
      under.salesforce.faults.spendDeliveries();
      await under.until('it waits', () => under.said.at(-1)?.state === 'waiting');
      return under;
    },
  },
  {
    name: 'reauthenticating',
    async reach() {
      const under = await startWithCursor({ timing: ENDLESS });
      under.salesforce.faults.revokeTokens();
      await under.until('it logs in', () => under.said.at(-1)?.state === 'reauthenticating');
      return under;
    },
  },
  {
    name: 'replay_lost',
    async reach() {
      const under = await startStream({ cursor: '4711', timing: ENDLESS });
      await under.until('the place is lost', () => under.said.at(-1)?.state === 'replay_lost');
      return under;
    },
  },
  {
    name: 'subscribed, while the store does not answer',
    async reach() {
      const under = await startWithCursor({ timing: ENDLESS });
      let isAsked = false;
      under.beforeTaking = () => {
        isAsked = true;
        return new Promise(() => undefined);
      };
      under.org.publish();
      await under.until('the store is asked', () => isAsked);
      return under;
    },
  },
];

test('a stop takes leave, so that no client is left behind', async () => {
  const under = await startWithCursor();
  expect(under.salesforce.clients).toBe(1);
  await under.stop();
  expect(under.salesforce.clients).toBe(0);
});

test.each(CASES)(
  'a stop while $name ends at once and for good',
  async ({ reach }) => {
    const under = await reach();
    await under.stop();
    expect(under.said.at(-1)).toEqual({ state: 'stopped', reason: undefined });
    const { cometdRequests } = under.salesforce.stats;
    const told = under.said.length;
    under.salesforce.faults.resetSockets();
    under.org.publish();
    await new Promise((resolve) => setImmediate(resolve));
    expect([under.said.length, under.salesforce.stats.cometdRequests]).toEqual([told, cometdRequests]);
  },
  LIMIT_MS,
);
