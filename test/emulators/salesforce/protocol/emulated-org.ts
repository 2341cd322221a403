import type { Clock, Org } from '../org-contract.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { QueryJobs } from './bulk-query-jobs.ts';
import type { CallStats } from './call-stats.ts';
import type { FaultState } from './fault-state.ts';
import type { RollingAllocation } from './rolling-allocation.ts';

/** A connected or external client app, as an admin set it up in the org. */
export interface OAuthApp {
  /** The consumer key. */
  clientId: string;
  /** PEM public key or certificate: turns JWT bearer on. */
  publicKeyPem?: string;
  /** The consumer secret: turns client credentials on, together with `runAs`. */
  clientSecret?: string;
  /** Username that client credentials act as. */
  runAs?: string;
  /** Usernames that an admin approved for JWT bearer. */
  preauthorizedUsernames?: string[];
}

/** What every protocol of the emulator shares. */
export interface EmulatedOrg {
  org: Org;
  clock: Clock;
  apps: OAuthApp[];
  tokens: AccessTokens;
  stats: CallStats;
  faults: FaultState;
  /** API calls over 24 hours. */
  apiCalls: RollingAllocation;
  /** Event deliveries over 24 hours, over all subscribers. */
  deliveries: RollingAllocation;
  /** Published events over one hour. */
  published: RollingAllocation;
  /** Whether a flow's start condition may read a custom setting. */
  startReadsSettings: boolean;
  /** Whether a CometD request counts as an API call. */
  countsPolls: boolean;
  /** Bulk API 2.0 query jobs over 24 hours. */
  bulkQueries: RollingAllocation;
  /** Bytes of their results over 24 hours. */
  bulkResultBytes: RollingAllocation;
  bulkJobs: QueryJobs;
  /** The address that clients reach; known once the port is. */
  url: () => string;
}
