import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** How long a login lasts, ms. */
export const SESSION_MS = 12 * 3_600_000;

/** Logins of the console: a signed text each, which the browser keeps, so that any relay with this token knows it. */
export interface Sessions {
  begin(): { value: string; expiresAt: number };
  isValid(value: string): boolean;
  /** Logged out: it is refused from now on, by this process. */
  end(value: string): void;
}

/** @param now ms since 1970 */
export function createSessions(token: string, now: () => number): Sessions {
  // Another token makes every login void.
  const key = createHmac('sha256', token).update('onesignal-salesforce-relay console').digest();
  const sign = (content: string) => createHmac('sha256', key).update(content).digest('base64url');
  /** Until when those that were logged out would have lasted, by their content. */
  const ended = new Map<string, number>();

  const read = (value: string): { content: string; expiresAt: number } | undefined => {
    const at = value.lastIndexOf('.');
    const content = value.slice(0, Math.max(0, at));
    if (at < 0 || !isSame(value.slice(at + 1), sign(content))) return undefined;
    return { content, expiresAt: Number(content.split('.')[0]) };
  };

  return {
    begin() {
      const expiresAt = now() + SESSION_MS;
      const content = `${expiresAt}.${randomBytes(16).toString('base64url')}`;
      return { value: `${content}.${sign(content)}`, expiresAt };
    },
    isValid(value) {
      const session = read(value);
      return session !== undefined && session.expiresAt > now() && !ended.has(session.content);
    },
    end(value) {
      const session = read(value);
      for (const [content, expiresAt] of ended) if (expiresAt <= now()) ended.delete(content);
      if (session !== undefined) ended.set(session.content, session.expiresAt);
    },
  };
}

/** Takes as long for any two texts, so that nobody learns from the time how much of a guess is right. */
export function isSame(given: string, expected: string): boolean {
  const [a, b] = [given, expected].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(a, b);
}
