import type { Verdict } from '../../../relay/mapping/outcome.ts';
import { writeVerdicts } from '../../../relay/salesforce/record-writer.ts';
import type { SalesforceSession } from '../../../relay/salesforce/session.ts';

const VERDICT: Verdict = {
  recordId: '00Q000000000001EAA',
  object: 'Lead',
  status: 'Synced',
  reason: 'OK',
  detail: '',
  stage: 'New',
  answers: null,
  onesignalId: null,
  decidedAt: 0,
};

const statusCodeOf = async (statusCode: unknown) => {
  const reply = [{ success: false, errors: [{ statusCode, message: '', fields: [] }] }];
  const session = { request: () => Promise.resolve(reply) } as unknown as SalesforceSession;
  const [row] = await writeVerdicts(session, [VERDICT]);
  return row?.isWritten === false ? row.statusCode : undefined;
};

test('a refused row gives Salesforce’s code, which is logged, and nothing that is no code', async () => {
  expect(await statusCodeOf('UNABLE_TO_LOCK_ROW')).toBe('UNABLE_TO_LOCK_ROW');
  for (const odd of ['dana@example.com', 'Dana is not welcome', 'A'.repeat(500), 7, null, undefined])
    expect(await statusCodeOf(odd)).toBe('UNKNOWN_EXCEPTION');
});
