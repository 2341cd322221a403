import { Command } from 'commander';
import { existingFile } from '../existing-file.ts';
import { wholeNumber } from '../whole-number.ts';
import { printProblems } from './print-problems.ts';
import { proveCsv } from './prove-csv.ts';

interface Options {
  leads?: string;
  deals?: string;
  records: number;
  json?: true;
}

const program = new Command('test:csv')
  .description('Syncs leads, exports them, imports the files into another OneSignal app, and compares users and tags.')
  .option('--leads <file>', 'real leads: a CSV with mql_id, first_contact_date and origin', existingFile)
  .option('--deals <file>', 'those that were won: a CSV with mql_id and won_date', existingFile)
  .option('--records <n>', 'leads to make up where no file is named', wholeNumber(), 8_000)
  .option('--json', 'print one JSON summary on the last line')
  .parse();
const { json, ...options } = program.opts<Options>();
const say = json ? () => undefined : (line: string) => void process.stdout.write(`${line}\n`);
const { problems, ...figures } = await proveCsv({ ...options, say });
printProblems(problems);
const verdict = problems.length === 0 ? 'All as it must be' : `${problems.length} things are not as they must be`;
const line =
  `${verdict}: ${figures.leads} leads (${figures.won} won) are ${figures.users} users and ${figures.tags} tags after the sync, and after the import ` +
  `of ${figures.files} files (${figures.bytes} bytes, ${figures.seconds} s, ${figures.salesforce_api_calls} Salesforce calls).`;
process.stdout.write(`${json ? JSON.stringify({ ...figures, problems: problems.length }) : line}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
