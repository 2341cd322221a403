/*
 * For the container's HEALTHCHECK: ends with 0 if the relay's process answers `/healthz`, else with 1. Stands alone and
 * loads nothing, since it runs every half minute beside the relay.
 */
const ANSWER_MS = 4_000;

/** An address that means "all of this machine" is none that a client can ask. */
const ALL = new Set(['', '0.0.0.0', '::']);

const { HOST = '', PORT = '8080' } = process.env;
const host = ALL.has(HOST.trim()) ? '127.0.0.1' : HOST.trim();
const address = `http://${host.includes(':') ? `[${host}]` : host}:${PORT.trim()}/healthz`;

try {
  const { ok } = await fetch(address, { signal: AbortSignal.timeout(ANSWER_MS) });
  process.exitCode = ok ? 0 : 1;
} catch {
  process.exitCode = 1;
}

export {};
