import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkCompose } from './check-compose.ts';
import { checkDashboard } from './check-dashboard.ts';
import { checkDockerfile } from './check-dockerfile.ts';
import { checkHeroku } from './check-heroku.ts';
import { checkRules } from './check-rules.ts';
import { checkStart } from './check-start.ts';
import { checkRunbook, runbookSections } from './runbook-sections.ts';

/** Holds what is shipped for hosting and watching to the formats it is in, and to the code. Exit 1 on a finding. */
const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const runbook = read('docs/runbook.md');
const shebang = read('relay/cli/main.ts').split('\n', 1)[0] ?? '';

const CHECKS: Readonly<Record<string, () => string[]>> = {
  'docs/runbook.md': () => checkRunbook(runbook),
  'deploy/prometheus-rules.yaml': () => checkRules(read('deploy/prometheus-rules.yaml'), runbookSections(runbook)),
  'deploy/grafana-dashboard.json': () => checkDashboard(read('deploy/grafana-dashboard.json')),
  Dockerfile: () =>
    checkDockerfile({
      dockerfile: read('Dockerfile'),
      dockerIgnore: read('.dockerignore'),
      shebang,
      exists: (path) => existsSync(join(root, path)),
    }),
  'compose.yaml': () => checkCompose(read('compose.yaml')),
  'package.json': () => checkStart(read('package.json'), shebang),
  'docs/hosting.md': () => checkStart(read('docs/hosting.md'), shebang),
  'app.json and Procfile': () => checkHeroku(read('app.json'), read('Procfile'), shebang),
};

/** What can't even be read is a finding too. */
function faultsOf(check: () => string[]): string[] {
  try {
    return check();
  } catch (error) {
    return [String(error)];
  }
}

const findings = Object.entries(CHECKS).flatMap(([file, check]) => faultsOf(check).map((fault) => `${file}: ${fault}`));
for (const finding of findings) console.log(finding);
if (findings.length > 0) process.exitCode = 1;
else console.log(`${Object.keys(CHECKS).length} files for hosting and watching are as they must be.`);
