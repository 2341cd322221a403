import { commitOf } from '../../../relay/config/commit.ts';

const COMMIT = '606afc4d1d7bf1c55eb9c0a6c1ea8ba0a56ea0a1';
const noFile = () => {
  throw new Error('no such file');
};

test.each(['RELAY_COMMIT', 'HEROKU_BUILD_COMMIT', 'HEROKU_SLUG_COMMIT', 'SOURCE_VERSION'])(
  'the commit is what %s says',
  (name) => expect(commitOf({ [name]: ` ${COMMIT}\n` }, noFile)).toBe(COMMIT),
);

test('what the operator says comes before what the host says, and that before what was built in', () => {
  const env = { RELAY_COMMIT: 'aaaaaaa', SOURCE_VERSION: 'bbbbbbb' };
  expect(commitOf(env, () => 'ccccccc\n')).toBe('aaaaaaa');
  expect(commitOf({ SOURCE_VERSION: env.SOURCE_VERSION }, () => 'ccccccc\n')).toBe('bbbbbbb');
  expect(commitOf({}, () => 'ccccccc\n')).toBe('ccccccc');
});

test('nobody knows it: null, and so is what is no commit', () => {
  expect(commitOf({}, noFile)).toBeNull();
  expect(commitOf({ SOURCE_VERSION: 'main' }, () => '<html>')).toBeNull();
});
