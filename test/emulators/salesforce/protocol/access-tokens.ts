import { createHash } from 'node:crypto';
import type { Clock, OrgUser } from '../org-contract.ts';

export interface AccessToken {
  value: string;
  user: OrgUser;
  clientId: string;
  issuedAt: number;
  revoked: boolean;
}

/** The access tokens that the org gave out. Tests revoke them or let them age. */
export class AccessTokens {
  /** Age in ms at which REST and handshakes refuse a token; 2 hours is the default session timeout of an org. */
  lifetimeMs = 2 * 3_600_000;
  readonly #orgId: string;
  readonly #clock: Clock;
  readonly #tokens = new Map<string, AccessToken>();

  constructor(orgId: string, clock: Clock) {
    this.#orgId = orgId;
    this.#clock = clock;
  }

  issue(user: OrgUser, clientId: string): AccessToken {
    const secret = createHash('sha256').update(`${this.#orgId}:${clientId}:${this.#tokens.size}`).digest('base64url');
    const token = {
      value: `${this.#orgId.slice(0, 15)}!AQ${secret}`,
      user,
      clientId,
      issuedAt: this.#clock(),
      revoked: false,
    };
    this.#tokens.set(token.value, token);
    return token;
  }

  /** The live token of an `Authorization: Bearer …` or `OAuth …` header. */
  fromHeader(header: string | undefined): AccessToken | undefined {
    const value = /^(?:Bearer|OAuth) (\S+)$/.exec(header ?? '')?.[1];
    const token = value === undefined ? undefined : this.#tokens.get(value);
    return token && !token.revoked ? token : undefined;
  }

  hasAged(token: AccessToken): boolean {
    return this.#clock() - token.issuedAt >= this.lifetimeMs;
  }

  revokeAll(): void {
    for (const token of this.#tokens.values()) token.revoked = true;
  }
}
