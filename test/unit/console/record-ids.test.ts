import { recordIdsIn, wrongWith } from '../../../relay/console/views/mapping/record-ids.ts';

const [ID15, ID18] = ['00Q000000000001', '003000000000002EAA'];

test('ids are found in what a person pastes, each once', () => {
  expect(recordIdsIn(` ${ID15}, "${ID18}";\n${ID15}\t`)).toEqual([ID15, ID18]);
  expect(recordIdsIn(' \n')).toEqual([]);
});

test('what can’t be asked for is said in words', () => {
  expect(wrongWith([ID15, ID18])).toBeUndefined();
  expect(wrongWith([])).toContain('at least one');
  expect(wrongWith(Array.from({ length: 21 }, () => ID15))).toContain('21 ids');
  expect(wrongWith([ID15, 'Lovelace'])).toContain('“Lovelace” is no record id');
  expect(wrongWith(['00Q0000000000012'])).toContain('is no record id');
});
