import { signal } from '@preact/signals';

/** `unknown` until the relay has answered once: the cookie can’t be seen from here. */
export type Session = 'unknown' | 'in' | 'out';

export const session = signal<Session>('unknown');

/** Why the login shows, where the person did not ask for it. */
export const wasSignedOut = signal(false);

export function signedIn(): void {
  session.value = 'in';
  wasSignedOut.value = false;
}

/** The relay does not take the cookie: it is missing or has expired. */
export function signedOut(): void {
  if (session.value === 'in') wasSignedOut.value = true;
  session.value = 'out';
}

/** The person asked for it. */
export function leave(): void {
  wasSignedOut.value = false;
  session.value = 'out';
}
