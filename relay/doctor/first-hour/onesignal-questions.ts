import type { OneSignalClient } from '../../onesignal/onesignal-contract.ts';
import type { Address, OneSignalAlias, OneSignalOutcome, OneSignalUser } from '../../onesignal/onesignal-outcome.ts';
import { type AnswerResult, answered } from './answers.ts';
import { type Patience, until } from './patience.ts';

export interface OneSignalQuestionsOptions {
  client: OneSignalClient;
  /** Of a user of its own, whom it makes and deletes. */
  externalId: string;
  /** A tag key that the app has anyway. */
  tag: string;
  patience: Patience;
  signal: AbortSignal;
}

const ALIAS = 'salesforce_doctor';

/** Asks OneSignal what its pages leave open, on a user of its own that is deleted at the end. */
export async function* askOneSignal(options: OneSignalQuestionsOptions): AsyncGenerator<AnswerResult> {
  const asking = new OneSignalQuestions(options);
  yield await asking.unknownUser();
  try {
    yield await asking.visibleAtOnce();
    yield* asking.whatPostsDo();
    yield await asking.aliasesShareLimit();
    yield await asking.moreThanTenAliases();
    yield await asking.aliasesHaveCase();
    yield await asking.emptyUpdate();
  } finally {
    await options.client.deleteUser(asking.user, options.externalId);
  }
}

class OneSignalQuestions {
  readonly user: OneSignalAlias;
  readonly #options: OneSignalQuestionsOptions;

  constructor(options: OneSignalQuestionsOptions) {
    this.#options = options;
    this.user = { label: 'external_id', id: options.externalId };
  }

  async unknownUser(): Promise<AnswerResult> {
    const { client, externalId, tag } = this.#options;
    const id = `${externalId}-nobody`;
    const outcome = await client.updateTags({ label: 'external_id', id }, { [tag]: 'doctor' }, id);
    return answered('unknown_user', either(outcome, 'not_found', 'accepted'), saidBy(outcome));
  }

  async visibleAtOnce(): Promise<AnswerResult> {
    const { client, externalId, patience, tag, signal } = this.#options;
    const made = await client.createUser(
      { identity: { external_id: externalId }, tags: { [tag]: 'doctor' } },
      externalId,
    );
    if (made.kind !== 'created') return answered('visible_at_once', undefined, saidBy(made));
    const patch = () => client.updateIdentity(this.user, { [`${ALIAS}_0`]: externalId }, externalId);
    const first = await patch();
    if (first.kind !== 'not_found') return answered('visible_at_once', either(first, 'accepted'), saidBy(first));
    const since = performance.now();
    const later = async () => ((await patch()).kind === 'accepted' ? true : undefined);
    await until(later, { withinMs: patience.outcome, everyMs: patience.look, signal });
    const seconds = Math.round((performance.now() - since) / 1_000);
    return answered('visible_at_once', false, `${saidBy(first)} After ${seconds} s it was there.`);
  }

  /** One POST answers both. */
  async *whatPostsDo(): AsyncGenerator<AnswerResult> {
    const { client, externalId, tag } = this.#options;
    const value = 'doctor again';
    const identity = { external_id: externalId, [ALIAS]: externalId };
    const outcome = await client.createUser({ identity, tags: { [tag]: value } }, externalId);
    const isTold = outcome.kind === 'existing';
    const user = isTold ? await this.#seen((seen) => seen.tags[tag] === value && ALIAS in seen.identity) : undefined;
    const said = user === undefined ? saidBy(outcome) : `${saidBy(outcome)} Then the user was viewed.`;
    yield answered('post_tags', user && user.tags[tag] === value, said);
    yield answered('post_aliases', user && ALIAS in user.identity, said);
  }

  /** The pace that the client keeps for a user goes by the key that it is given. */
  async aliasesShareLimit(): Promise<AnswerResult> {
    const { client, externalId, tag } = this.#options;
    await client.updateTags(this.user, { [tag]: 'doctor' }, externalId);
    const outcome = await client.updateIdentity(this.user, { [ALIAS]: externalId }, `${externalId}, at once`);
    if (outcome.kind === 'rate_limited') client.restUser(externalId, outcome.retryAfterMs);
    return answered('aliases_share_limit', either(outcome, 'rate_limited', 'accepted'), saidBy(outcome));
  }

  async moreThanTenAliases(): Promise<AnswerResult> {
    const { client, externalId } = this.#options;
    const aliases = Array.from({ length: 11 }, (_, place) => [`${ALIAS}_${place}`, externalId]);
    const outcome = await client.updateIdentity(this.user, Object.fromEntries(aliases), externalId);
    const isRefused = outcome.kind === 'invalid' || outcome.kind === 'conflict_other';
    return answered('more_than_ten_aliases', isRefused ? false : either(outcome, 'accepted'), saidBy(outcome));
  }

  async aliasesHaveCase(): Promise<AnswerResult> {
    const { client, externalId } = this.#options;
    const outcome = await client.viewUser({ label: 'external_id', id: externalId.toUpperCase() });
    return answered('aliases_have_case', either(outcome, 'not_found', 'viewed'), saidBy(outcome));
  }

  /** example.com belongs to nobody: https://www.rfc-editor.org/rfc/rfc2606 */
  async emptyUpdate(): Promise<AnswerResult> {
    const { client, externalId } = this.#options;
    const address: Address = { type: 'Email', token: `${externalId}@example.com` };
    const made = await client.createSubscription(this.user, address, externalId);
    if (made.kind !== 'created' && made.kind !== 'accepted') return answered('empty_update', undefined, saidBy(made));
    const outcome = await client.updateSubscription(address, undefined, externalId);
    return answered('empty_update', either(outcome, 'accepted', 'invalid'), saidBy(outcome));
  }

  /** The user as soon as it is as it should be; else as it was last seen. */
  async #seen(isThere: (user: OneSignalUser) => boolean): Promise<OneSignalUser | undefined> {
    const { client, patience, signal } = this.#options;
    let last: OneSignalUser | undefined;
    const look = async () => {
      const outcome = await client.viewUser(this.user);
      if (outcome.kind === 'viewed') last = outcome.user;
      return last !== undefined && isThere(last) ? last : undefined;
    };
    await until(look, { withinMs: patience.change, everyMs: patience.look, signal });
    return last;
  }
}

function either(
  { kind }: OneSignalOutcome,
  yes: OneSignalOutcome['kind'],
  no?: OneSignalOutcome['kind'],
): boolean | undefined {
  if (kind === yes) return true;
  return kind === no ? false : undefined;
}

function saidBy(outcome: OneSignalOutcome): string {
  if (!('status' in outcome)) return `OneSignal did not answer (${outcome.fault}).`;
  const codes = 'codes' in outcome && outcome.codes.length > 0 ? ` ${outcome.codes.join(', ')}` : '';
  return `OneSignal answered HTTP ${outcome.status}${codes}.`;
}
