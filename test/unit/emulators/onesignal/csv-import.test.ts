// https://documentation.onesignal.com/docs/en/import unless a test says otherwise
import { type Subject, startSubject } from './emulator-under-test.ts';

let onesignal: Subject;

beforeEach(async () => {
  onesignal = await startSubject();
});

afterEach(() => onesignal.close());

const load = (...lines: string[]) => onesignal.importCsv(Buffer.from(`${lines.join('\n')}\n`));
const user = (externalId: string) => onesignal.users.byExternalId(externalId);
const EMAIL = { type: 'Email', token: 'a@b.example' };

test.each([
  ['a byte order mark', ['\uFEFFexternal_id', 'a']],
  ['two columns of one name', ['external_id,x,x', 'a,1,2']],
  ['no identifier', ['email_address', 'a@b.example']],
  ['a row that is short', ['external_id,x', 'a']],
  ['a line break in a cell', ['external_id,x', 'a,"1', '2"']],
  ['nobody identified', ['external_id,x', ',1']],
  ['a placeholder', ['external_id,x', 'NA,1']],
  ['a phone number that is not E.164', ['phone_number', '015555550123']],
  ['subscribed without an address', ['external_id,email,subscribed', 'a,,no']],
  ['subscribed of another word', ['email,subscribed', 'a@b.example,true']],
  ['a reserved tag key', ['external_id,message', 'a,1']],
  ['more than 1,000 tags', [`external_id${Array.from({ length: 1_001 }, (_, n) => `,t${n}`).join('')}`]],
])('a file with %s is refused', (_, lines) => {
  expect(() => load(...lines)).toThrow();
});

test('text that is not UTF-8 is refused', () => {
  expect(() => onesignal.importCsv(Buffer.from('external_id\nM\xFCller', 'latin1'))).toThrow();
});

test('an address makes a user, an external id alone does not', () => {
  expect(load('external_id,email,x', 'a,a@b.example,1', 'b,,1')).toMatchObject({ rows: 2, added: 1, notImported: 1 });
  expect([user('a')?.tags, user('b')]).toEqual([{ x: '1' }, undefined]);
});

test('tags that are named are set, others stay, and blanks delete only if asked to', () => {
  onesignal.seedUser({ externalId: 'a', tags: { x: '1', y: '1' } });
  load('external_id,x', 'a,');
  expect(user('a')?.tags).toEqual({ x: '1', y: '1' });
  onesignal.importCsv(Buffer.from('external_id,x,y\na,,2\n'), { deletesBlankTags: true });
  expect(user('a')?.tags).toEqual({ y: '2' });
});

test('a row over the tag limit is skipped', () => {
  onesignal.seedUser({ externalId: 'a', tags: { x: '1', y: '1' } });
  expect(load('external_id,z', 'a,1')).toMatchObject({ skipped: 1 });
  expect(user('a')?.tags).toEqual({ x: '1', y: '1' });
});

// https://documentation.onesignal.com/docs/import-email-addresses : "it will continue to be marked unsubscribed unless updated"
test('an address goes to the last row that has it, and one that is off is switched on only by a yes', () => {
  onesignal.seedUser({ externalId: 'old', subscriptions: [{ ...EMAIL, enabled: false }] });
  load('external_id,email,subscribed', 'new,A@b.example,');
  expect([user('old')?.subscriptions, user('new')?.subscriptions]).toMatchObject([[], [{ enabled: false }]]);
  load('external_id,email,subscribed', 'new,a@b.example,yes');
  expect(user('new')?.subscriptions).toMatchObject([{ enabled: true }]);
  load('external_id,email,subscribed', 'new,a@b.example,no');
  expect(user('new')?.subscriptions).toMatchObject([{ enabled: false }]);
});
