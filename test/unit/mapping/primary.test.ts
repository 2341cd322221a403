import fc from 'fast-check';
import { byPrecedence, choosePrimary, stageTime } from '../../../relay/mapping/primary.ts';
import { distinctMembers } from './member-arbitraries.ts';
import { contact, convertedLead, lead, member } from './record-samples.ts';

const at = (second: number) => `2026-11-24T10:00:0${second}.000+0000`;

test('the order of precedence is total, and the primary does not depend on the order of the records', () => {
  fc.assert(
    fc.property(distinctMembers, fc.infiniteStream(fc.nat()), (members, random) => {
      for (const a of members) {
        for (const b of members) {
          if (a === b) continue;
          expect(Math.sign(byPrecedence(a, b))).toBe(-Math.sign(byPrecedence(b, a)));
          for (const c of members) {
            if (byPrecedence(a, b) < 0 && byPrecedence(b, c) < 0 && a !== c) expect(byPrecedence(a, c)).toBeLessThan(0);
          }
        }
      }
      const shuffled = members.map((one) => ({ one, key: random.next().value as number }));
      shuffled.sort((a, b) => a.key - b.key);
      expect(choosePrimary(shuffled.map(({ one }) => one))).toBe(choosePrimary(members));
    }),
  );
});

test('a contact with a stage, then an unconverted lead, then a converted lead, then a contact without a stage', () => {
  const newest = '2026-11-25T10:00:00.000+0000';
  const ranked = [
    member(contact({ stage: 'Customer', stageChangedAt: null })),
    member(lead({ id: '00Q000000000002EAA', stageChangedAt: at(1) })),
    member(convertedLead({ stageChangedAt: at(2) })),
    member(contact({ id: '003000000000002AAA', stage: null, stageChangedAt: newest })),
  ];
  expect([...ranked].reverse().sort(byPrecedence)).toEqual(ranked);
});

test('within one kind the newest stage time decides, blank is oldest, then the lowest id', () => {
  const of = (id: string, stageChangedAt: string | null) => member(lead({ id, stageChangedAt }));
  const ranked = [
    of('00Q000000000009EAA', at(2)),
    of('00Q000000000003EAA', at(1)),
    of('00Q000000000004EAA', at(1)),
    of('00Q000000000001EAA', null),
    of('00Q000000000002EAA', null),
  ];
  expect([...ranked].reverse().sort(byPrecedence)).toEqual(ranked);
  expect(choosePrimary([])).toBeUndefined();
});

test('whether an event told of a stage is no reason for another record to decide', () => {
  const [told, untold] = [convertedLead({ id: '00Q000000000002EAA' }), convertedLead()];
  const late = { stage: 'Closed - Converted', changedAt: '2026-11-25T10:00:00.000+0000' };
  expect(choosePrimary([member(told, late), member(untold)])?.snapshot).toBe(untold);
});

describe('the time of a stage', () => {
  const seconds = (iso: string) => Date.parse(iso.replace('+0000', 'Z')) / 1000;
  const hint = (stage: string, changedAt: string) => ({ stage, changedAt });

  test.each([
    ['the stamp alone', at(1), undefined, seconds(at(1))],
    ['the event alone', null, hint('Working', at(2)), seconds(at(2))],
    ['the later of both: the event', at(1), hint('Working', at(2)), seconds(at(2))],
    ['the later of both: the stamp', at(3), hint('Working', at(2)), seconds(at(3))],
    ['the stamp, as the event told of another stage', at(1), hint('MQL', at(2)), seconds(at(1))],
    ['the stamp, as the event told no time', at(1), hint('Working', 'yesterday'), seconds(at(1))],
    ['unknown, never now', null, undefined, undefined],
    ['unknown when the stamp is no time', 'yesterday', undefined, undefined],
  ])('is %s', (_, stageChangedAt, told, expected) => {
    expect(stageTime(member(lead({ stageChangedAt }), told))).toBe(expected);
  });
});
