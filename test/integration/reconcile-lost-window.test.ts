import { proveLostWindow } from '../../scripts/proof/prove-lost-window.ts';

// The proof itself is `npm run test:lost-window`, with 5,000 changes; this is the same with fewer.
test('changes made while the relay was down, whose events Salesforce has forgotten, are all right after a start', async () => {
  const proof = await proveLostWindow({ changes: 300, allowedSeconds: 50, say: () => undefined });
  expect(proof).toMatchObject({ changes: 300, records: 330, problems: [] });
  // Each pass asks for leads and for contacts, and two passes may run: at the start, and once subscribed.
  expect(proof.reconcile_api_calls).toBeLessThanOrEqual(4);
});
