import { IdSource, seededRandom, seededUuid, toId18, toKey } from '../../../emulators/salesforce/org/ids.ts';
import { newLead, newOrg } from './org-under-test.ts';

// https://help.salesforce.com/s/articleView?id=000383751: how the three last characters follow from the others.
test.each([
  ['001D000000IRFma', '001D000000IRFmaIAH'],
  ['00Q000000000001', '00Q000000000001EAA'],
  ['aaaaaaaaaaaaaaa', 'aaaaaaaaaaaaaaaAAA'],
  ['AAAAAAAAAAAAAAA', 'AAAAAAAAAAAAAAA555'],
])('the 18-character form of %s is %s', (short, long) => {
  expect(toId18(short)).toBe(long);
  expect(toKey(long)).toBe(short);
});

test('an id with a wrong checksum, a wrong length or a wrong character is none', () => {
  expect(toKey('001D000000IRFmaIAA')).toBeUndefined();
  expect(toKey('001D000000IRFm')).toBeUndefined();
  expect(toKey('001D000000IRF-a')).toBeUndefined();
});

test('ids and uuids follow from the seed alone', () => {
  const ids = (seed: string) => {
    const source = new IdSource(seed);
    return [source.next('00Q'), source.next('00Q'), source.next('003')];
  };
  expect(ids('a')).toEqual(ids('a'));
  expect(ids('a')).not.toEqual(ids('b'));
  expect(new Set(ids('a')).size).toBe(3);
  expect(seededUuid(seededRandom('x'))).toBe(seededUuid(seededRandom('x')));
  expect(seededUuid(seededRandom('x'))).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

test('a record is found by its 15 and by its 18 characters, and only in the right case', () => {
  const under = newOrg();
  const id = newLead(under);
  expect(id).toMatch(/^00Q[0-9A-Za-z]{15}$/);
  expect(under.org.peek('Lead', id.slice(0, 15))).toEqual(under.org.peek('Lead', id));
  const swapped = id
    .slice(0, 15)
    .replace(/[a-z]/gi, (letter) => (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase()));
  expect(under.org.peek('Lead', swapped)).toBeUndefined();
  expect(under.org.id).toMatch(/^00D/);
  expect(under.admin.id).toMatch(/^005/);
});
