/** Only a server on this machine may be spoken to without TLS. */
export function isLoopback(value: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(value).hostname);
}

/** True of an address where nobody on the way can read or change what is said. */
export function isProtected(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol } = new URL(value);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(value));
}
