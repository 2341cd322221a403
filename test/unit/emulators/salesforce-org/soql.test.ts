import fc from 'fast-check';
import { newLead, newOrg } from './org-under-test.ts';

function stocked() {
  const under = newOrg();
  const ids = [
    newLead(under, {
      LastName: 'Alpha',
      Email: 'Alpha@example.com',
      Status: 'Working - Contacted',
      NumberOfEmployees: 5,
    }),
    newLead(under, { LastName: 'Béta "B" O\'Neil', DoNotCall: true }),
    newLead(under, { LastName: 'gamma', Email: 'g@example.com', NumberOfEmployees: 50 }),
  ];
  const names = (where: string) =>
    under.org.query(`SELECT Name FROM Lead ${where}`, under.admin).map((row) => String(row.Name).slice(0, 1));
  return { under, ids, names };
}

test('text compares without regard to case, ids exactly', () => {
  const { names, ids } = stocked();
  expect(names("WHERE Email = 'alpha@EXAMPLE.com'")).toEqual(['A']);
  expect(names("WHERE lastname IN ('GAMMA', 'alpha')")).toEqual(['A', 'g']);
  expect(names(`WHERE Id = '${ids[0]?.slice(0, 15)}'`)).toEqual(['A']);
  expect(names("WHERE LastName = 'béta \"B\" O\\'Neil'")).toEqual(['B']);
});

test('blank is not equal to anything and takes part in !=', () => {
  const { names } = stocked();
  expect(names("WHERE Email != 'alpha@example.com'")).toEqual(['B', 'g']);
  expect(names("WHERE Email NOT IN ('alpha@example.com')")).toEqual(['B', 'g']);
  expect(names('WHERE Email = null')).toEqual(['B']);
  expect(names('WHERE NumberOfEmployees < 10')).toEqual(['A']);
  expect(names('WHERE Email != null AND DoNotCall = false')).toEqual(['A', 'g']);
});

test('AND, OR and NOT with parentheses', () => {
  const { names } = stocked();
  expect(names("WHERE (DoNotCall = true OR NumberOfEmployees >= 50) AND NOT (LastName LIKE 'gam%')")).toEqual(['B']);
  expect(names("WHERE NOT LastName = 'Alpha' AND NumberOfEmployees > 1")).toEqual(['g']);
});

test('DateTime literals of any zone compare on whole seconds', () => {
  const { names } = stocked();
  expect(names('WHERE SystemModstamp = 2026-11-24T10:00:00Z')).toHaveLength(3);
  expect(names('WHERE SystemModstamp >= 2026-11-24T12:00:00.000+02:00')).toHaveLength(3);
  expect(names('WHERE SystemModstamp > 2026-11-24T10:00:00Z')).toHaveLength(0);
});

test('a formula field is selected and filtered', () => {
  const { under } = stocked();
  expect(
    under.org.query('SELECT OneSignal_Sync_State__c FROM Lead WHERE OneSignal_Sync_Due__c = true', under.admin),
  ).toHaveLength(3);
  expect(under.org.query("SELECT Id FROM Lead WHERE OneSignal_Sync_State__c = 'synced'", under.admin)).toHaveLength(0);
});

test('rows come in the order of their ids, whatever the order of an IN list', () => {
  const { names, ids } = stocked();
  expect(names(`WHERE Id IN ('${ids[2]}', '${ids[0]}')`)).toEqual(['A', 'g']);
});

test('ORDER BY puts blanks first unless told, and LIMIT counts after it', () => {
  const { names } = stocked();
  expect(names('ORDER BY Email')).toEqual(['B', 'A', 'g']);
  expect(names('ORDER BY Email DESC NULLS LAST')).toEqual(['g', 'A', 'B']);
  expect(names('ORDER BY DoNotCall, LastName DESC LIMIT 2')).toEqual(['g', 'A']);
});

test('a relationship gives the nested row, or null', () => {
  const { under, ids } = stocked();
  const { accountId } = under.org.convertLead(ids[0] ?? '', under.admin);
  under.org.create('Contact', { LastName: 'Alone' }, under.admin);
  const rows = under.org.query(
    "SELECT Account.Name, Account.Id, LastName FROM Contact WHERE Account.Name = 'acme'",
    under.admin,
  );
  expect(rows).toMatchObject([
    { LastName: 'Alpha', Account: { attributes: { type: 'Account' }, Name: 'Acme', Id: accountId } },
  ]);
  expect(under.org.query("SELECT Account.Name FROM Contact WHERE LastName = 'Alone'", under.admin)).toMatchObject([
    { Account: null },
  ]);
});

test('SELECT COUNT() has a number and no rows', () => {
  const { under } = stocked();
  const counted = under.org.open('SELECT COUNT() FROM Lead WHERE DoNotCall = false', under.relay);
  expect(counted).toMatchObject({ total: 2, isCount: true });
  expect(counted.page(0, 2)).toEqual([]);
  expect(under.org.query('SELECT COUNT() FROM Lead', under.relay)).toEqual([]);
  expect(under.org.open('SELECT Id FROM Lead', under.relay).isCount).toBe(false);
});

test.each(['SELECT LastName FROM Lead', 'SELECT Account.Name FROM Contact'])(
  'a page shows what the query found, however late it is asked for: %s',
  (soql) => {
    const { under, ids } = stocked();
    const { accountId, contactId } = under.org.convertLead(ids[0] ?? '', under.admin);
    const found = under.org.open(soql, under.admin);
    const before = found.page(0, found.total);
    for (const id of ids.slice(1)) under.org.update('Lead', id, { LastName: 'Later' }, under.admin);
    under.org.update('Account', accountId, { Name: 'Later' }, under.admin);
    under.org.delete('Contact', contactId, under.admin);
    expect(before.length).toBeGreaterThan(0);
    expect(found.page(0, found.total)).toEqual(before);
    expect(JSON.stringify(before)).not.toContain('Later');
  },
);

test.each([
  ['SELECT Id FROM Nothing__c', 'INVALID_TYPE'],
  ['SELECT Id FROM OneSignal_Stage_Change__e', 'INVALID_TYPE'],
  ['SELECT Nothing__c FROM Lead', 'INVALID_FIELD'],
  ['SELECT Nothing.Name FROM Lead', 'INVALID_FIELD'],
  // https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_partner_queries.htm
  ['SELECT Id, Email, email FROM Lead', 'INVALID_FIELD'],
  ["SELECT Id FROM Lead WHERE SystemModstamp > '2026-11-24T10:00:00Z'", 'INVALID_FIELD'],
  ["SELECT Id FROM Lead WHERE IsConverted = 'true'", 'INVALID_FIELD'],
  ['SELECT Id FROM Lead WHERE Email = 3', 'INVALID_FIELD'],
  ["SELECT Id FROM Lead WHERE Id = 'nonsense'", 'INVALID_QUERY_FILTER_OPERATOR'],
  ['SELECT Id FROM Lead WHERE CreatedDate = TODAY', 'MALFORMED_QUERY'],
  ["SELECT Id FROM Lead WHERE Email = 'a' AND Phone = 'b' OR Title = 'c'", 'MALFORMED_QUERY'],
  ['SELECT Id, COUNT(Id) FROM Lead GROUP BY Id', 'MALFORMED_QUERY'],
  ['SELECT FIELDS(ALL) FROM Lead LIMIT 200', 'MALFORMED_QUERY'],
  ['SELECT Id FROM Lead LIMIT 5 OFFSET 5', 'MALFORMED_QUERY'],
  ['SELECT Id FROM Lead WHERE Id IN (SELECT ConvertedContactId FROM Lead)', 'MALFORMED_QUERY'],
  ['SELECT FROM', 'MALFORMED_QUERY'],
  [`SELECT Id FROM Lead WHERE Email = '${'x'.repeat(100_000)}'`, 'MALFORMED_QUERY'],
])('%.70s is refused with %s', (soql, errorCode) => {
  const { under } = stocked();
  expect(() => under.org.query(soql, under.admin)).toThrow(expect.objectContaining({ errorCode }));
});

const quote = (text: string): string =>
  `'${text.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r').replace(/\t/g, '\\t')}'`;

test('a text in any script is found by its quoted self', () => {
  const under = newOrg();
  const id = newLead(under);
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((value) => value.length <= 80);
  fc.assert(
    fc.property(text, (LastName) => {
      expect(under.org.update('Lead', id, { LastName }, under.admin).success).toBe(true);
      const soql = `SELECT Id FROM Lead WHERE LastName = ${quote(LastName)}`;
      expect(under.org.query(soql, under.admin)).toHaveLength(1);
    }),
    { seed: 1, numRuns: 300 },
  );
});
