import { startOf } from './check-dockerfile.ts';

/** V8's flags, one after the other, and what sets glibc up. */
const STARTS = {
  flags: /--max-semi-space-size=\S+?(?: --[a-z][\w=-]*)*(?![\w=-])/g,
  variables: /GLIBC_TUNABLES=[\w.:=]+/g,
};

/** A text that starts the relay, or tells how to: everywhere as the command starts itself. */
export function checkStart(text: string, shebang: string): string[] {
  const { flags, variables } = startOf(shebang);
  const others = (found: RegExp, asStarted: string) =>
    [...text.matchAll(found)].map(([start]) => start).filter((start) => start !== asStarted);
  return [
    ...(text.includes(flags.join(' ')) ? [] : ['it does not start the relay with the flags of its command']),
    ...[
      ...others(STARTS.flags, flags.join(' ')),
      ...others(STARTS.variables, variables.map((pair) => pair.join('=')).join(' ')),
    ].map((start) => `it starts the relay with ${start}`),
  ];
}
