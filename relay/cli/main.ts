#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import { readEnvironment } from '../config/environment.ts';
import { explainError, isRelayError } from '../config/relay-error.ts';
import { VERSION } from '../config/version.ts';
import { runCommand } from './run-command.ts';

/** A wrong environment is told apart from a failure at work. */
const EXIT_BAD_ENVIRONMENT = 2;

async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('onesignal-salesforce-relay')
    .description('Keeps OneSignal users in step with the lifecycle stage of Salesforce leads and contacts.')
    .version(VERSION);
  program
    .command('run')
    .description('run the relay until it is told to stop (SIGTERM or SIGINT)')
    .action(() => runCommand(environmentOfThisProcess()));
  await program.parseAsync(argv);
}

function environmentOfThisProcess() {
  // Variables that are set already win over the file.
  if (existsSync('.env')) process.loadEnvFile('.env');
  return readEnvironment(process.env, (path) => readFileSync(path, 'utf8'));
}

try {
  await main(process.argv);
} catch (error) {
  if (!isRelayError(error)) throw error;
  process.stderr.write(`${explainError(error)}\n`);
  process.exitCode = error.code === 'ENVIRONMENT_INVALID' ? EXIT_BAD_ENVIRONMENT : 1;
}
