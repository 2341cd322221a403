import { hashAddress } from '../../mapping/record-hash.ts';
import type { OneSignalAlias, OneSignalSubscription } from '../../onesignal/onesignal-outcome.ts';
import type { StoredAddress } from '../../store/store.ts';
import type { ApplyOptions } from '../apply-plan.ts';
import { Interrupted, notBefore } from './interruption.ts';

/** A crowd of records that wait for a look at their users, one a second, must not hold up the others. */
const VIEWS_BUSY = notBefore(1_000);

/** Subscriptions of users as OneSignal showed them in this run; a second look would cost another second. */
export class SubscriptionViews {
  readonly #options: Pick<ApplyOptions, 'client' | 'callOptions'>;
  /** Whose work it is: OneSignal may not show it yet, so soon after it was made. */
  readonly #ownKey: string;
  readonly #seen = new Map<string, readonly OneSignalSubscription[]>();

  constructor(ownKey: string, options: Pick<ApplyOptions, 'client' | 'callOptions'>) {
    this.#ownKey = ownKey;
    this.#options = options;
  }

  /** @param mayBeGone none then for a user that OneSignal does not have. Throws Interrupted. */
  async of(userKey: string, mayBeGone = userKey !== this.#ownKey): Promise<readonly OneSignalSubscription[]> {
    const known = this.#seen.get(userKey);
    if (known !== undefined) return known;
    const { client, callOptions } = this.#options;
    // Who has had a look may wait for another: else two would never come to pass.
    const onlyIfFree = this.#seen.size === 0;
    const view = await client.viewUser(externalId(userKey), { ...callOptions, onlyIfFree });
    const isBusy = view.kind === 'not_sent' && view.fault === 'aborted' && callOptions.signal?.aborted !== true;
    if (isBusy) throw new Interrupted(VIEWS_BUSY);
    const isGone = view.kind === 'not_found' && mayBeGone;
    if (view.kind !== 'viewed' && !isGone) throw new Interrupted(view);
    const subscriptions = view.kind === 'viewed' ? view.user.subscriptions : [];
    this.#seen.set(userKey, subscriptions);
    return subscriptions;
  }

  /** The address at this user. Throws Interrupted. */
  async at(userKey: string, { hash }: StoredAddress, mayBeGone?: boolean): Promise<OneSignalSubscription | undefined> {
    return (await this.of(userKey, mayBeGone)).find((one) => isAddress(one, hash));
  }

  /** Something of the user was changed. */
  forget(userKey: string): void {
    this.#seen.delete(userKey);
  }
}

export function isAddress({ type, token }: OneSignalSubscription, hash: string): boolean {
  return (type === 'Email' || type === 'SMS') && hashAddress(type, token) === hash;
}

export function externalId(id: string): OneSignalAlias {
  return { label: 'external_id', id };
}
