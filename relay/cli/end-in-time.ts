import type { Logger } from '../telemetry/logger.ts';

/**
 * A stop is over after so long in any case, ms: Heroku kills after 30 s, and so does the compose file.
 * https://devcenter.heroku.com/articles/dyno-shutdown-behavior
 */
const LONGEST_STOP_MS = 22_000;

/**
 * Ends the process some time after the signal, whatever still hangs: a database that is frozen just then, for one. What is
 * not done by then is done after the next start, as after a kill, but the process says so.
 */
export function endInTime(signal: AbortSignal, logger: Logger): void {
  const end = () => {
    logger.warn('The stop took too long: the rest is done after the next start.');
    process.exit(0);
  };
  signal.addEventListener('abort', () => void setTimeout(end, LONGEST_STOP_MS).unref(), { once: true });
}
