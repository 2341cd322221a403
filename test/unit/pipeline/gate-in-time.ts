import type { RelayError } from '../../../relay/config/relay-error.ts';
import { createGate } from '../../../relay/pipeline/gate.ts';
import { SILENT_LOGGER } from '../../../relay/telemetry/logger.ts';

type Probe = () => Promise<RelayError | undefined>;

/** A gate in time of its own, in which waiting is what moves the clock. Waits are the longest that chance allows. */
export function gateInTime(probe?: Probe) {
  const clock = { now: 0, waits: [] as number[] };
  const told: string[] = [];
  const tell = (message: string) => void told.push(message);
  const gate = createGate({
    side: 'OneSignal',
    logger: { ...SILENT_LOGGER, warn: tell, info: tell },
    now: () => clock.now,
    random: () => 1,
    sleep: async (milliseconds) => {
      clock.waits.push(milliseconds);
      clock.now += milliseconds;
    },
    ...(probe && { probe }),
  });
  return { gate, told, clock };
}
