import { stackFrames } from '../telemetry/stack-frames.ts';

const NAME = /^[A-Za-z]{1,60}$/;
const CODE = /^[A-Z][A-Z0-9_]{1,60}$/;
/** A chain of causes can be a ring. */
const MOST_CAUSES = 5;

/**
 * What may be shown of an error that nobody foresaw: its class, its code and where it comes from. Never its message or
 * its properties: a SyntaxError of JSON.parse quotes the text, an error of a driver the row or the address with the password.
 */
export function crashText(error: unknown): string {
  const lines = ['The relay met a defect of its own and ends. What it was working on is kept. Report this:'];
  let next = error;
  for (let depth = 0; depth < MOST_CAUSES && next !== undefined; depth += 1) {
    lines.push(
      `${depth === 0 ? '' : 'caused by '}${kindOf(next)}`,
      ...stackFrames(next).map((frame) => `    ${frame}`),
    );
    next = next instanceof Error ? next.cause : undefined;
  }
  return lines.join('\n');
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return `a ${typeof error}`;
  const name = NAME.test(error.name) ? error.name : 'Error';
  const code = 'code' in error && typeof error.code === 'string' && CODE.test(error.code) ? ` (${error.code})` : '';
  return `${name}${code}`;
}
