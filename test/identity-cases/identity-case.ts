import type { Scenario, ScenarioOptions } from '../integration/scenario.ts';

/** Names of records and users, by the id that each has in a run: a page can't show ids that change. */
export type Names = (id: string, name: string) => string;

/** One line of the page: what somebody did in Salesforce, and what came of it is seen by playing it. */
export interface IdentityCase {
  title: string;
  /** What Salesforce did, as a sentence. */
  did: string;
  options?: ScenarioOptions;
  /** What was there before; comes to rest before `happens`. */
  before?(s: Scenario, name: Names): void | Promise<void>;
  happens(s: Scenario, name: Names): void | Promise<void>;
  /** Users that have to be gone in the end, a minute later. */
  goesAway?: string[];
}
