import { Command } from 'commander';
import { printProblems } from './print-problems.ts';
import { proveImage } from './prove-image.ts';

const program = new Command('test:image')
  .description(
    'Does what the Dockerfile says, without Docker, and sees the relay work in a root that can’t be written to.',
  )
  .option('--json', 'print one JSON summary on the last line')
  .parse();
const { json } = program.opts<{ json?: true }>();
const say = json ? () => undefined : (line: string) => void process.stdout.write(`${line}\n`);
const { problems, ...figures } = await proveImage(say);
printProblems(problems);
const verdict = problems.length === 0 ? 'All as it must be' : `${problems.length} things are not as they must be`;
const line = `${verdict}: ${figures.megabytes} MB beside the base image, as user ${figures.user}.`;
process.stdout.write(`${json ? JSON.stringify({ ...figures, problems: problems.length }) : line}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
