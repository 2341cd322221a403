import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crashText } from '../../../relay/cli/crash-text.ts';

const MARK = 'canary7f3a';

function quoting(): unknown {
  try {
    return JSON.parse(`{"Email": ${MARK}@example.com}`);
  } catch (error) {
    return error;
  }
}

test('an error that nobody foresaw says what kind it is and where it comes from, and quotes nothing', () => {
  const cause = Object.assign(new Error(`${MARK} is not unique`), { code: '23505', detail: `Key (x)=(${MARK})` });
  const error = new TypeError(`no ${MARK}\n    at ${MARK} (file:///x.ts:1:1)\nof`, { cause });
  const text = crashText(error);
  expect(text).toContain('TypeError\n');
  expect(text).toContain('crash-text.test.ts:');
  expect(text).toContain('caused by Error');
  expect(text).not.toContain(MARK);
  expect(crashText(quoting())).toMatch(/SyntaxError\n/);
  expect(crashText(quoting())).not.toContain(MARK);
});

test.each([
  ['a text', MARK],
  ['an object', { MARK }],
  ['nothing', undefined],
  ['a name that is data', Object.assign(new Error(''), { name: `${MARK}@x` })],
])('%s that is thrown shows nothing of itself', (_what, thrown) => {
  expect(crashText(thrown)).not.toContain(MARK);
});

describe('a process that crashes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'relay-crash-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const module = new URL('../../../relay/cli/keep-secrets.ts', import.meta.url).href;
  const crashing = (how: string) => {
    const script = `
      const { keepSecretsInCrashes, forgetSecretVariables } = await import(${JSON.stringify(module)});
      keepSecretsInCrashes();
      forgetSecretVariables();
      ${how}`;
    const args = ['--report-directory', folder, '--report-uncaught-exception', '--input-type=module', '-e', script];
    const env = { ONESIGNAL_API_KEY: MARK, DATABASE_URL: `postgres://u:${MARK}@h/d`, OTHER: `other ${MARK}` };
    return spawnSync(process.execPath, args, { env, encoding: 'utf8', cwd: folder });
  };
  const reports = () => readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));

  test.each([
    ['an exception', `setTimeout(() => { throw new Error('${MARK}'); }, 1);`],
    ['a rejection', `Promise.reject(new Error('${MARK}'));`],
    ['a rejection with an object', `Promise.reject({ token: '${MARK}' });`],
  ])('by %s ends with 1 and shows no value', (_what, how) => {
    const { status, stderr, stdout } = crashing(how);
    expect(status).toBe(1);
    expect(stderr).toContain('a defect of its own');
    expect([stderr, stdout, ...reports()].join('\n')).not.toContain(MARK);
  });

  test('has no secret in its environment any more, and none of it in a report', () => {
    const { stdout } = crashing(`process.report.writeReport('asked.json'); console.log(JSON.stringify(process.env));`);
    expect(JSON.parse(stdout)).toEqual({ OTHER: `other ${MARK}` });
    const report = JSON.parse(readFileSync(join(folder, 'asked.json'), 'utf8')) as Record<string, unknown>;
    expect(report.header).toBeDefined();
    expect(report.environmentVariables).toBeUndefined();
  });
});
