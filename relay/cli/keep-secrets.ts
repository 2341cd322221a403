import { SECRET_VARIABLES } from '../config/environment.ts';
import { crashText } from './crash-text.ts';

/**
 * What Node would show of this process when it crashes, or when somebody asks it for a diagnostic report: the environment,
 * and whatever an error that nobody foresaw quotes. https://nodejs.org/api/report.html
 */
export function keepSecretsInCrashes(): void {
  process.report.excludeEnv = true;
  process.setUncaughtExceptionCaptureCallback((error) => {
    process.stderr.write(`${crashText(error)}\n`);
    process.exit(1);
  });
}

/** Once they are read nobody needs them there: not a process that is started from here, nor a report. */
export function forgetSecretVariables(): void {
  for (const name of SECRET_VARIABLES) delete process.env[name];
}
