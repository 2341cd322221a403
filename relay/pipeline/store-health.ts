import type { RelayError } from '../config/relay-error.ts';
import type { Logger } from '../telemetry/logger.ts';

/** Whether the store did its work when somebody last asked it. */
export interface StoreHealth {
  readonly isHealthy: boolean;
  works(): void;
  /** Said once: while the store does not work it is asked again and again, and `/readyz` shows it. */
  failed(error: RelayError): void;
}

export function createStoreHealth(logger: Logger): StoreHealth {
  let isHealthy = true;
  return {
    get isHealthy() {
      return isHealthy;
    },
    works() {
      isHealthy = true;
    },
    failed(error) {
      if (isHealthy) logger.error(error.message, { code: error.code, next: error.nextStep });
      isHealthy = false;
    },
  };
}
