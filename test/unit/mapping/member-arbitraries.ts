import fc from 'fast-check';
import type { Member } from '../../../relay/mapping/primary.ts';
import { contact, convertedLead, lead, member } from './record-samples.ts';

const at = (second: number) => `2026-11-24T10:00:0${second}.000+0000`;
const times = fc.constantFrom(null, at(1), at(2), 'not a time');
const anyMember: fc.Arbitrary<Member> = fc
  .record({
    kind: fc.constantFrom(lead, convertedLead, contact),
    number: fc.integer({ min: 0, max: 999 }),
    stage: fc.constantFrom(null, 'Working', 'MQL', '新規'),
    stageChangedAt: times,
    hinted: times,
  })
  .map(({ kind, number, stage, stageChangedAt, hinted }) => {
    const prefix = kind === contact ? '003' : '00Q';
    const id = `${prefix}000000000${String(number).padStart(3, '0')}EAA`;
    const hint = hinted === null ? undefined : { stage: 'MQL', changedAt: hinted };
    return member(kind({ id, stage, stageChangedAt }), hint);
  });
/** One to six records with different ids, of every kind that can stand for one user. */
export const distinctMembers = fc.uniqueArray(anyMember, {
  minLength: 1,
  maxLength: 6,
  selector: ({ snapshot }) => snapshot.id,
});
