import { existsSync, readFileSync } from 'node:fs';
import { checkCompose } from '../../../scripts/check-deploy/check-compose.ts';
import { checkDashboard } from '../../../scripts/check-deploy/check-dashboard.ts';
import { checkDockerfile } from '../../../scripts/check-deploy/check-dockerfile.ts';
import { checkHeroku } from '../../../scripts/check-deploy/check-heroku.ts';
import { checkRules } from '../../../scripts/check-deploy/check-rules.ts';
import { checkStart } from '../../../scripts/check-deploy/check-start.ts';
import { checkRunbook, runbookSections } from '../../../scripts/check-deploy/runbook-sections.ts';

const at = (path: string) => new URL(`../../../${path}`, import.meta.url);
const read = (path: string) => readFileSync(at(path), 'utf8');

const RUNBOOK = read('docs/runbook.md');
const SHEBANG = read('relay/cli/main.ts').split('\n', 1)[0] ?? '';

/** The file as shipped, with one thing changed that has to be there. */
function broken(text: string, from: string | RegExp, to: string): string {
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`${from} is not in the file`);
  return changed;
}

type Break = readonly [what: string, from: string | RegExp, to: string, says: RegExp];

describe('the rules for Prometheus', () => {
  const rules = read('deploy/prometheus-rules.yaml');
  const check = (text: string) => checkRules(text, runbookSections(RUNBOOK));

  test('are as they must be', () => expect(check(rules)).toEqual([]));

  test.each<Break>([
    [
      'a metric that is not exported',
      'relay_alert{name="lag"}',
      'relay_lag',
      /relay_lag, which the relay does not export/,
    ],
    ['an alert that there is not', 'name="lag"', 'name="late"', /the alert late/],
    ['a label that there is not', 'name="lag"', 'kind="lag"', /label kind/],
    ['no PromQL', 'max by (job) (relay_alert{name="lag"}) == 1', 'max by (job (', /is no PromQL/],
    ['no section in the runbook', '#lag', '#slow', /no section slow/],
    ['no rule for an alert', / {6}- alert: OneSignalSalesforceLag\n(?: {8}.*\n)+/, '', /no rule is about lag/],
    ['an unknown field', 'expr: up', 'expression: up', /groups\.0\.rules\.0/],
  ])('with %s are named', (_, from, to, says) => {
    expect(check(broken(rules, from, to)).join('\n')).toMatch(says);
  });
});

describe('the dashboard for Grafana', () => {
  const dashboard = read('deploy/grafana-dashboard.json');

  test('is as it must be', () => expect(checkDashboard(dashboard)).toEqual([]));

  test.each<Break>([
    ['a metric that is not exported', 'relay_records_due{', 'relay_records_waiting{', /relay_records_waiting/],
    [
      'a histogram without its part',
      'relay_sync_latency_seconds_bucket',
      'relay_sync_latency_seconds',
      /does not export/,
    ],
    ['a variable about nothing', 'label_values(relay_records_due', 'label_values(relay_nothing', /relay_nothing/],
    ['a panel on another', '"x": 4,', '"x": 0,', /lies on/],
  ])('with %s is named', (_, from, to, says) => {
    expect(checkDashboard(broken(dashboard, from, to)).join('\n')).toMatch(says);
  });
});

describe('the Dockerfile', () => {
  const check = (dockerfile: string, dockerIgnore = read('.dockerignore')) =>
    checkDockerfile({ dockerfile, dockerIgnore, shebang: SHEBANG, exists: (path) => existsSync(at(path)) });
  const dockerfile = read('Dockerfile');

  test('is as it must be', () => expect(check(dockerfile)).toEqual([]));

  test.each<Break>([
    ['root', 'USER 1000:1000', 'USER root', /runs as root/],
    ['no user', 'USER 1000:1000\n', '', /runs as root/],
    ['a name for a user', 'USER 1000:1000', 'USER node', /number of its own/],
    ['curl', 'CMD ["node", "dist/relay/cli/healthcheck.js"]', 'CMD ["curl", "localhost"]', /health check/],
    ['other flags than the command has', '"--no-minor-gc-task", ', '', /--no-minor-gc-task/],
    ['more memory than the command', 'arena_max=1', 'arena_max=8', /arena_max=1/],
    ['a shell around the process', /CMD \["node", "--max.*\]/, 'CMD node dist/relay/cli/main.js run', /exec form/],
    ['another base', 'FROM node:24-slim\n', 'FROM node:20\n', /built on node:20/],
    ['what the build needed', '/app/dist ./dist', '/app/node_modules ./node_modules', /gets into the image/],
    ['npm install', 'RUN npm ci --ignore', 'RUN npm install --ignore', /use npm ci/],
    ['a file that is not there', 'COPY package.json LICENSE', 'COPY package.json LICENCE', /LICENCE is copied/],
    ['a stage that is not there', '--from=build', '--from=builder', /no stage is called builder/],
    ['a line that is no instruction', 'EXPOSE 8080', 'EXPOSES 8080', /line \d+: Unknown instruction: EXPOSES/],
  ])('with %s is named', (_, from, to, says) => {
    expect(check(broken(dockerfile, from, to)).join('\n')).toMatch(says);
  });

  test('must not be given what is nobody else’s', () => {
    expect(check(dockerfile, broken(read('.dockerignore'), 'secrets\n', ''))).toEqual([
      '.dockerignore lets secrets in',
    ]);
  });
});

describe('how the command starts itself', () => {
  // Since Linux 5.1: https://man7.org/linux/man-pages/man2/execve.2.html
  test('is within what Linux reads of a first line', () => expect(SHEBANG.length).toBeLessThanOrEqual(255));
});

describe('what else starts the relay, or tells how to', () => {
  const [scripts, page] = [read('package.json'), read('docs/hosting.md')];

  test.each([scripts, page])('does it as the command starts itself', (text) =>
    expect(checkStart(text, SHEBANG)).toEqual([]),
  );

  test.each<Break>([
    ['other flags', /-percent=\d+/, '-percent=40', /with --max-semi-space-size=8 --heap-growing-percent=40/],
    ['a flag less', ' --no-parallel-scavenge', '', /with --max-semi-space-size=8 [^\n]*-pretenuring$/m],
    ['more memory', 'arena_max=1', 'arena_max=8', /with GLIBC_TUNABLES=.*arena_max=8/],
  ])('with %s is named', (_, from, to, says) => {
    expect(checkStart(broken(page, from, to), SHEBANG).join('\n')).toMatch(says);
  });

  // BINPRM_BUF_SIZE: https://github.com/torvalds/linux/blob/master/include/uapi/linux/binfmts.h
  test('fits the 256 bytes of a first line that Linux reads', () => {
    expect(Buffer.byteLength(`${SHEBANG}\n`)).toBeLessThanOrEqual(256);
  });

  test('must do it at all', () => {
    expect(checkStart('node dist/relay/cli/main.js run', SHEBANG)).toEqual([
      'it does not start the relay with the flags of its command',
    ]);
  });
});

describe('the compose file', () => {
  const compose = read('compose.yaml');

  test('is as it must be', () => expect(checkCompose(compose)).toEqual([]));

  test.each<Break>([
    ['one store for two orgs', '/run/secrets/us_database_url', '/run/secrets/emea_database_url', /one store/],
    [
      'a secret in the clear',
      'ONESIGNAL_API_KEY_FILE: /run/secrets/us_onesignal_api_key',
      'ONESIGNAL_API_KEY: x',
      /secret in/,
    ],
    ['a secret that is not there', '- us_database_url', '- us_database', /which is not there/],
    ['a port that is open', '127.0.0.1:8082', '8082', /to the network/],
    ['a root that can be written', 'read_only: true', 'read_only: false', /write to its own files/],
    ['too little time for a stop', 'stop_grace_period: 30s', 'stop_grace_period: 10s', /killed after 10s/],
    ['a variable that there is not', 'RELAY_ALERT_WEBHOOK_FILE', 'RELAY_ALERT_FILE', /RELAY_ALERT_FILE/],
  ])('with %s is named', (_, from, to, says) => {
    expect(checkCompose(broken(compose, from, to)).join('\n')).toMatch(says);
  });
});

describe('what Heroku is given', () => {
  const [app, procfile] = [read('app.json'), read('Procfile')];

  test('is as it must be', () => expect(checkHeroku(app, procfile, SHEBANG)).toEqual([]));

  test.each<Break>([
    ['a variable that there is not', 'PGSSLMODE', 'PGSSL', /PGSSL, which/],
    ['a dyno that sleeps', '"basic"', '"eco"', /would sleep/],
    ['a process that there is not', '"web"', '"worker"', /runs worker/],
    ['a field that Heroku does not know', '"stack"', '"stacks"', /stack/],
  ])('with %s is named', (_, from, to, says) => {
    expect(checkHeroku(broken(app, from, to), procfile, SHEBANG).join('\n')).toMatch(says);
  });

  test('has a Procfile that starts the relay as the command starts itself, and lets Heroku reach it', () => {
    const other = broken(broken(procfile, /GLIBC_TUNABLES=\S+ /, ''), 'HOST=0.0.0.0 ', '');
    expect(checkHeroku(app, other, SHEBANG)).toEqual([
      expect.stringContaining('GLIBC_TUNABLES=glibc.malloc.arena_max=1'),
      expect.stringContaining('HOST=0.0.0.0'),
    ]);
  });
});

describe('the runbook', () => {
  test('has a section for each alert', () => expect(checkRunbook(RUNBOOK)).toEqual([]));

  test.each<Break>([
    ['no section for an alert', '## `lag`', '## Lag', /no section for lag/],
    ['a section about no alert', '## `lag`', '## `lags`', /lags is about no alert/],
    [
      'a section that says nothing to do',
      /(## `lag`\n)[\s\S]*?(?=## `dead)/,
      '$1\nIt is late.\n\n',
      /`lag` says nothing/,
    ],
  ])('with %s is named', (_, from, to, says) => {
    expect(checkRunbook(broken(RUNBOOK, from, to)).join('\n')).toMatch(says);
  });
});
