import { execFile } from 'node:child_process';

/** Logs a line at each level in a process of its own, so that both of its streams can be seen. */
function logged(format: 'json' | 'pretty', level: string): Promise<{ stdout: string; lines: string[] }> {
  const module = new URL('../../../relay/telemetry/logger.ts', import.meta.url).href;
  const script = `
    const { createLogger } = await import(${JSON.stringify(module)});
    const logger = createLogger({ level: ${JSON.stringify(level)}, format: ${JSON.stringify(format)} });
    for (const level of ['debug', 'info', 'warn', 'error']) logger[level]('It happened.', { code: 'X', count: 2, none: undefined, records: ['a', 'b'] });`;
  const { promise, resolve, reject } = Promise.withResolvers<{ stdout: string; lines: string[] }>();
  execFile(process.execPath, ['--input-type=module', '-e', script], (error, stdout, stderr) => {
    if (error !== null) reject(error);
    else resolve({ stdout, lines: stderr.trim().split('\n') });
  });
  return promise;
}

test('as JSON, one object a line goes to stderr and nothing to stdout', async () => {
  const { stdout, lines } = await logged('json', 'info');
  expect(stdout).toBe('');
  const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(entries.map(({ level }) => level)).toEqual(['info', 'warn', 'error']);
  const { timestamp, ...rest } = entries[0] ?? {};
  expect(rest).toEqual({ level: 'info', message: 'It happened.', code: 'X', count: 2, records: ['a', 'b'] });
  expect(Number.isNaN(Date.parse(String(timestamp)))).toBe(false);
});

test('for people, one line with the fields behind the message goes to stderr and nothing to stdout', async () => {
  const { stdout, lines } = await logged('pretty', 'debug');
  expect(stdout).toBe('');
  expect(lines).toHaveLength(4);
  expect(lines[3]).toMatch(/^\S+ ERROR It happened\. code=X count=2 records=a,b$/);
});
