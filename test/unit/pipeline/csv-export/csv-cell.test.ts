import { cellProblem, isAscii } from '../../../../relay/pipeline/csv-export/csv-cell.ts';

test.each(['=1+1', '+1+1', '-2+3', '@SUM(A1)', '＝1+1', '＋1', '-', '=cmd|A1@example.com'])(
  '%j is taken for a formula',
  (text) => expect(cellProblem(text)).toBe('formula'),
);

test.each(['\t=1', 'two\nlines', 'a\rb', 'a\u0000', 'zero\u200Bwidth', '\uFEFFmark', 'half \uD83D', 'a\u2028b'])(
  '%j does not print',
  (text) => expect(cellProblem(text)).toBe('unprintable'),
);

test.each(['', 'a=b', '-5', '+4.5', '-1e-7', '+15555550123', 'Müller', '😀', '"quoted", and more', ' =1'])(
  '%j stands as it is',
  (text) => expect(cellProblem(text)).toBeUndefined(),
);

test('letters beyond ASCII are told apart', () => {
  expect(['Muller ~!', 'Müller'].map(isAscii)).toEqual([true, false]);
});
