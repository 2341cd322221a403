import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const HEALTHCHECK = join(import.meta.dirname, '../../relay/cli/healthcheck.ts');

/** The exit code of the command that a container is looked after with. */
function exitCode(environment: Record<string, string>): Promise<number | string | null | undefined> {
  return new Promise((resolve) => {
    execFile(process.execPath, [HEALTHCHECK], { env: environment }, (error) =>
      resolve(error === null ? 0 : error.code),
    );
  });
}

test.each([
  [200, 0],
  [503, 1],
])('a relay that answers %d ends it with %d, wherever it listens', async (status, code) => {
  const asked: (string | undefined)[] = [];
  const server = createServer(({ url }, response) => {
    asked.push(url);
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const PORT = String((server.address() as AddressInfo).port);
  expect(await exitCode({ PORT, HOST: '0.0.0.0' })).toBe(code);
  expect(await exitCode({ PORT, HOST: '127.0.0.1' })).toBe(code);
  expect(await exitCode({ PORT })).toBe(code);
  expect(asked).toEqual(['/healthz', '/healthz', '/healthz']);
  await new Promise((resolve) => server.close(resolve));
  expect(await exitCode({ PORT })).toBe(1);
});
