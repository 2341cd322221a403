import type { NetworkFault } from './onesignal-outcome.ts';

/** Node's and undici's error codes, in our words. */
const FAULTS: Readonly<Record<string, NetworkFault>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  ENODATA: 'dns',
  UND_ERR_CONNECT_TIMEOUT: 'connect_timeout',
  ETIMEDOUT: 'connect_timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EPROTO: 'tls',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_OVERFLOW: 'bad_reply',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'bad_reply',
  UND_ERR_DESTROYED: 'closed',
  UND_ERR_CLOSED: 'closed',
};

const TLS_CODE = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH)/;

/** A word for a failed exchange; the error's own text may hold an address and is not used. */
export function networkFaultOf(error: unknown): NetworkFault {
  const code = codeOf(error);
  const known = Object.hasOwn(FAULTS, code) ? FAULTS[code] : undefined;
  if (known !== undefined) return known;
  if (TLS_CODE.test(code)) return 'tls';
  // undici 8 leaves the code of a parser error undefined when llhttp gives its reason in words.
  return code.startsWith('HPE_') || nameOf(error) === 'HTTPParserError' ? 'bad_reply' : 'reset';
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // Several addresses were tried, each with its own error.
  return error instanceof AggregateError ? codeOf(error.errors[0]) : '';
}

function nameOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'name' in error ? error.name : undefined;
}
