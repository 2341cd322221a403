import { compileFormula } from '../../../emulators/salesforce/org/formula/compile.ts';
import type { Compiled, FormulaContext, FormulaType, Value } from '../../../emulators/salesforce/org/formula/types.ts';

const fields: Record<string, FormulaType> = {
  Name: 'text',
  Email: 'text',
  Status: 'picklist',
  Amount: 'number',
  Flag: 'boolean',
  At: 'datetime',
  Other_At: 'datetime',
};

const now = Date.parse('2026-11-24T10:00:00.400Z');

function evaluate(
  source: string,
  record: Record<string, Value> = {},
  prior: Record<string, Value> | null = null,
): Value {
  const context: FormulaContext = {
    record,
    prior: prior as FormulaContext['prior'],
    isNew: prior === null,
    now,
    permissions: new Set(),
    variables: new Map(),
    records: new Map(),
  };
  return compiled(source).get(context);
}

function compiled(source: string): Compiled {
  return compileFormula(source, {
    where: 'Test.flow: formula X',
    mergeSyntax: false,
    hasPrior: true,
    resolve: (name) => {
      const type = fields[name];
      if (!type) throw new Error(`Test.flow: formula X: no field ${name}`);
      const read = (record: FormulaContext['record']): Value => record[name] ?? null;
      return { type, get: (context) => read(context.record), recordField: { name, type, read } };
    },
  });
}

// https://github.com/salesforce/formula-engine, OperatorEquality: text compares with a blank as the empty text, any
// other comparison with a blank is unknown.
test('a blank text equals the empty text; case counts', () => {
  expect(evaluate('Name = ""')).toBe(true);
  expect(evaluate('Name <> ""', { Name: 'x' })).toBe(true);
  expect(evaluate('Name = Email')).toBe(true);
  expect(evaluate('Name = "DOE"', { Name: 'Doe' })).toBe(false);
});

test('a comparison with a blank DateTime is unknown, and unknown counts as false, negated or not', () => {
  expect(evaluate('IF(At = Other_At, "equal", "not")')).toBe('not');
  expect(evaluate('IF(At <> Other_At, "differ", "not")', { At: now })).toBe('not');
  expect(evaluate('IF(NOT(At = Other_At), "differ", "not")', { At: now })).toBe('not');
  expect(evaluate('AND(At > Other_At, TRUE)', { At: now })).toBe(false);
  expect(evaluate('OR(At > Other_At, TRUE)', { At: now })).toBe(true);
  expect(evaluate('At <> Other_At', { At: now, Other_At: now + 1000 })).toBe(true);
});

test('days are added to a DateTime in whole seconds', () => {
  expect(evaluate('At + 1 / 86400', { At: 0 })).toBe(1000);
  expect(evaluate('At + 1.5 / 86400', { At: 0 })).toBe(2000);
  expect(evaluate('At - 1', { At: 86_400_000 })).toBe(0);
  expect(evaluate('NOW() - At > 1 / 24', { At: now - 3_600_001 })).toBe(true);
  expect(evaluate('NOW() - At > 1 / 24', { At: now - 3_599_000 })).toBe(false);
});

// https://help.salesforce.com/s/articleView?id=platform.customize_functions_ischanged.htm
test('ISCHANGED is false on a new record and false between blank and empty', () => {
  expect(evaluate('ISCHANGED(Status)', { Status: 'A' })).toBe(false);
  expect(evaluate('ISNEW()', { Status: 'A' })).toBe(true);
  expect(evaluate('ISCHANGED(Status)', { Status: 'A' }, { Status: 'B' })).toBe(true);
  expect(evaluate('ISCHANGED(Name)', { Name: '' }, { Name: null })).toBe(false);
  expect(evaluate('ISCHANGED(Name)', { Name: 'a' }, { Name: 'A' })).toBe(true);
  expect(evaluate('PRIORVALUE(Name)', { Name: 'a' }, { Name: 'b' })).toBe('b');
});

test('TEXT of a picklist is its API name, of a blank one the empty text', () => {
  expect(evaluate('TEXT(Status)', { Status: 'Open' })).toBe('Open');
  expect(evaluate('ISBLANK(TEXT(Status))')).toBe(true);
  expect(evaluate('ISPICKVAL(Status, "Open")', { Status: 'Open' })).toBe(true);
});

test('operators bind as in Salesforce', () => {
  expect(evaluate('1 + 2 * 3')).toBe(7);
  expect(evaluate('-(1 - 3) = 2 && !FALSE || FALSE')).toBe(true);
  expect(evaluate('"a" & "b" = "ab"')).toBe(true);
  expect(evaluate('/* why */ BLANKVALUE(Name, "none")')).toBe('none');
});

test.each([
  ['Status = "Open"', /picklist can't be compared/],
  ['IF(Flag, Status, "x")', /can't give a picklist/],
  ['IF("x", 1, 2)', /IF needs a boolean/],
  ['AND(Flag, Name)', /AND needs boolean/],
  ['Name > 3', /wrong types/],
  ['At + Other_At', /wrong types/],
  ['VLOOKUP(Name)', /function VLOOKUP is not emulated/],
  ['ISCHANGED("x")', /needs a field of the record/],
  ['{!Name} = "x"', /must not be written as/],
  ['(1 + 2', /expected "\)"/],
  ['1 2', /unexpected text/],
  ['Name = #', /unexpected text "#"/],
])('%s is refused while loading, naming the place', (source, problem) => {
  expect(() => compiled(source)).toThrow(problem);
  expect(() => compiled(source)).toThrow(/Test\.flow: formula X/);
});
