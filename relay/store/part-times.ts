/** A process that does not say for so long that it lives has lost its part: another may take over. Ms. */
export const PART_MS = 6_000;

/** Between two heartbeats, ms: some may fail before the part is lost. */
export const HEARTBEAT_MS = 1_500;

/**
 * A process stops sending so long before its part is over, ms. It covers what is on the wire, and a full second of
 * OneSignal's window: when another process takes the share, nothing of the old one counts any more.
 */
export const SEND_MARGIN_MS = 1_500;
