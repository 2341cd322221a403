import fc from 'fast-check';
import { isRecordIdOf } from '../../../relay/mapping/record.ts';
import { hashRecordInputs } from '../../../relay/mapping/record-hash.ts';
import { toId18 } from '../../emulators/salesforce/org/ids.ts';
import { CONTACT_ID, LEAD_ID, lead } from './record-samples.ts';

test('an id is one of its object only', () => {
  expect(isRecordIdOf('Lead', LEAD_ID)).toBe(true);
  expect(isRecordIdOf('Contact', CONTACT_ID)).toBe(true);
  expect(isRecordIdOf('Contact', LEAD_ID)).toBe(false);
});

test.each(['', '00Q', '00Q000000000001', '00Q000000000001EAA ', "00Q000000000001EA'", `${LEAD_ID}0`])(
  '%p is no id',
  (id) => {
    expect(isRecordIdOf('Lead', id)).toBe(false);
  },
);

test('an id whose last three characters do not belong to it is none: one such id would have a whole query refused', () => {
  const fifteen = fc.stringMatching(/^[a-zA-Z0-9]{12}$/).map((rest) => `00Q${rest}`);
  fc.assert(
    fc.property(fifteen, fc.stringMatching(/^[A-Z0-5]{3}$/), (id, suffix) => {
      expect(isRecordIdOf('Lead', toId18(id))).toBe(true);
      expect(isRecordIdOf('Lead', id + suffix)).toBe(id + suffix === toId18(id));
    }),
  );
});

test('the fingerprint follows every input, whatever the order of the fields, and no stamp or status', () => {
  const base = lead({ fields: { A: 1, B: null } });
  const hash = hashRecordInputs(base);
  const { status } = lead({ status: { status: 'Synced' } });
  expect(hashRecordInputs({ ...base, requestedAt: null, systemModstamp: 'later', status })).toBe(hash);
  expect(hashRecordInputs({ ...base, fields: { B: null, A: 1 } })).toBe(hash);
  const others = [
    { stage: 'MQL' },
    { externalId: 'x' },
    { isConverted: true },
    { convertedContactId: CONTACT_ID },
    { fields: { A: '1', B: null } },
    { fields: { A: 1, B: '' } },
  ].map((change) => hashRecordInputs({ ...base, ...change }));
  expect(new Set([hash, ...others]).size).toBe(7);
});
