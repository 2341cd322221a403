import { Command } from 'commander';
import { wholeNumber } from '../whole-number.ts';
import { printProblems } from './print-problems.ts';
import { provePreview } from './prove-preview.ts';

interface Options {
  records: number;
  seconds: number;
  json?: true;
}

const program = new Command('test:preview')
  .description(
    'Previews a draft of the mapping, puts it into the org, and shows that a sync changes exactly what it said.',
  )
  .option('--records <n>', 'leads in the org', wholeNumber(), 10_000)
  .option('--seconds <n>', 'how long the preview may take', wholeNumber(), 10)
  .option('--json', 'print one JSON summary on the last line')
  .parse();
const { records, seconds, json } = program.opts<Options>();
const say = json ? () => undefined : (line: string) => void process.stdout.write(`${line}\n`);
const { problems, ...figures } = await provePreview({ records, allowedSeconds: seconds, say });
printProblems(problems);
const verdict = problems.length === 0 ? 'All as it must be' : `${problems.length} things are not as they must be`;
const line = `${verdict}: ${figures.records} records previewed in ${figures.seconds} s of ${seconds} allowed; ${figures.changing} users changed as it said.`;
process.stdout.write(`${json ? JSON.stringify({ ...figures, problems: problems.length }) : line}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
