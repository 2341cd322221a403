import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCRIPTS = join(import.meta.dirname, '../../../scripts');
const RELAY_USER = 'relay@acme.example';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scripts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Stands for the Salesforce CLI: writes down what it is told, and knows which permission sets were assigned. */
const FAKE_CLI = `#!/usr/bin/env bash
here="$(dirname "$0")"
case "$*" in
  *'data query'*)
    set=$(sed -n "s/.*PermissionSet.Name = '\\([^']*\\)'.*/\\1/p" <<< "$*")
    user=$(sed -n "s/.*Assignee.Username = '\\([^']*\\)'.*/\\1/p" <<< "$*")
    count=$(grep -c "assign permset.*--name $set --on-behalf-of $user" "$here/told" 2>/dev/null)
    printf '{\\n "result": { "totalSize": %s }\\n}\\n' "\${count:-0}" ;;
  *'org display'*) printf '{ "result": {\\n "username": "admin@acme.example"\\n} }\\n' ;;
  *) echo "$*" >> "$here/told" ;;
esac
`;

function setUp(...args: string[]) {
  writeFileSync(join(folder, 'sf'), FAKE_CLI);
  chmodSync(join(folder, 'sf'), 0o755);
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
  const { status, stdout, stderr } = spawnSync(join(SCRIPTS, 'setup-org.sh'), args, { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

const told = () =>
  existsSync(join(folder, 'told')) ? readFileSync(join(folder, 'told'), 'utf8').trim().split('\n') : [];

describe('setup-org.sh', () => {
  test('deploys the package and gives out the permission sets, printing each command', () => {
    const { status, stdout } = setUp('--org', 'acme', '--relay-user', RELAY_USER, '--diagnosis');
    expect([status, told()]).toEqual([
      0,
      [
        'project deploy start --target-org acme --source-dir sfdx/main --wait 30',
        'org assign permset --target-org acme --name OneSignal_Admin --on-behalf-of admin@acme.example',
        `org assign permset --target-org acme --name OneSignal_Relay --on-behalf-of ${RELAY_USER}`,
        `org assign permset --target-org acme --name OneSignal_Diagnosis --on-behalf-of ${RELAY_USER}`,
      ],
    ]);
    for (const command of told()) expect(stdout).toContain(`+ sf ${command}\n`);
  });

  test('can be run again: what a user has already is not assigned twice', () => {
    setUp('--org', 'acme', '--relay-user', RELAY_USER);
    const before = told().length;
    const { status, stdout } = setUp('--org', 'acme', '--relay-user', RELAY_USER);
    expect([status, told().slice(before)]).toEqual([
      0,
      ['project deploy start --target-org acme --source-dir sfdx/main --wait 30'],
    ]);
    expect(stdout).toContain(`= ${RELAY_USER} has the permission set OneSignal_Relay\n`);
  });

  test('installs a package version where one is named, and the examples where they are wanted', () => {
    setUp('--org', 'acme', '--package', '04t000000000001AAA', '--examples');
    expect(told().slice(0, 2)).toEqual([
      'package install --target-org acme --package 04t000000000001AAA --wait 30 --no-prompt',
      'project deploy start --target-org acme --source-dir sfdx/examples --wait 30',
    ]);
  });

  test('does nothing without an org, or with an option that it does not know', () => {
    const [none, unknown] = [setUp(), setUp('--org', 'acme', '--force')];
    expect([none.status, unknown.status, told()]).toEqual([2, 2, []]);
    expect(none.stderr).toContain('--org is missing');
    expect(unknown.stderr).toContain('unknown option: --force');
  });
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.info('No openssl on this machine: make-certificate.sh is not run.');

(hasOpenssl ? describe : describe.skip)('make-certificate.sh', () => {
  const make = () => spawnSync(join(SCRIPTS, 'make-certificate.sh'), [folder], { encoding: 'utf8' });

  test('makes a key that nobody else reads, and its certificate', () => {
    expect(make().status).toBe(0);
    const certificate = new X509Certificate(readFileSync(join(folder, 'relay.crt')));
    const key = createPrivateKey(readFileSync(join(folder, 'relay.key')));
    expect(certificate.checkPrivateKey(key)).toBe(true);
    expect(statSync(join(folder, 'relay.key')).mode & 0o077).toBe(0);
  });

  test('overwrites nothing', () => {
    make();
    const key = readFileSync(join(folder, 'relay.key'), 'utf8');
    const { status, stderr } = make();
    expect([status, stderr]).toEqual([1, expect.stringContaining('is there already')]);
    expect(readFileSync(join(folder, 'relay.key'), 'utf8')).toBe(key);
  });
});

test('both scripts are shell that parses', () => {
  for (const name of ['setup-org.sh', 'make-certificate.sh'])
    expect(() => execFileSync('bash', ['-n', join(SCRIPTS, name)])).not.toThrow();
});
