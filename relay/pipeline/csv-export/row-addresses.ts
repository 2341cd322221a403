import type { AddressType } from '../../mapping/address-type.ts';
import { hashAddress } from '../../mapping/record-hash.ts';
import type { Store, StoredAddress } from '../../store/store.ts';
import { FingerprintSet } from '../preview/fingerprint-set.ts';
import type { Job } from '../unit-jobs.ts';
import type { PlannedRow, PlannedRowAddress } from './row-spool.ts';

/**
 * Addresses that are in no row, by why.
 *
 * shared           another user has it, or gets it
 * optedOutBeside   the person opts out of it, but not of the other one in the row
 * off              it was switched off in OneSignal, though the person agrees to it in Salesforce
 */
export interface AddressesLeftOut {
  shared: number;
  optedOutBeside: number;
  off: number;
}

export interface GivenAddresses {
  tokens: Readonly<Partial<Record<AddressType, string>>>;
  /** Whether the person opts out of all of them. */
  isOptedOut: boolean;
}

/**
 * Which user's row has an address: as a sync would have it, one alone, since an import moves an address to the last row
 * that has it. First everybody is noted, then each row gets its own.
 */
export class RowAddresses {
  readonly #store: Pick<Store, 'addressesNamed'>;
  readonly #optedOut = new FingerprintSet();
  readonly #given = new FingerprintSet();
  readonly leftOut: AddressesLeftOut = { shared: 0, optedOutBeside: 0, off: 0 };

  constructor(store: Pick<Store, 'addressesNamed'>) {
    this.#store = store;
  }

  /** @returns what is known of the addresses of each user, in their order. Rejects as the store does. */
  async note(jobs: readonly Job[]): Promise<PlannedRowAddress[][]> {
    const names = jobs.flatMap(({ plan }) =>
      plan.addresses.addresses.map(({ type, token }) => ({ type, hash: hashAddress(type, token) })),
    );
    const stored = names.length === 0 ? [] : await this.#store.addressesNamed(names);
    const byName = new Map(stored.map((row) => [`${row.type} ${row.hash}`, row]));
    return jobs.map(({ user, plan: { addresses: plan } }) =>
      plan.addresses.map(({ type, token, recordId }) => {
        const name = nameOf({ type, token });
        const row = byName.get(name);
        const isOptedOut = plan.consents[type] === false || row?.isOptedOutElsewhere === true;
        // Whoever shares an address with somebody who opts out of it has opted out.
        if (isOptedOut) this.#optedOut.add(name);
        return { type, token, isOptedOut, standing: standingOf(row, user.key, recordId) };
      }),
    );
  }

  /** Once everybody is noted. */
  give({ addresses }: PlannedRow): GivenAddresses {
    const own = addresses.filter((address) => this.#isGiven(address));
    const agreed = own.filter((address) => !this.#isOut(address));
    // One column says it of both: nobody is subscribed to what they opted out of, nor the other way round.
    const inRow = agreed.length > 0 ? agreed : own;
    this.leftOut.optedOutBeside += own.length - inRow.length;
    const tokens = Object.fromEntries(inRow.map(({ type, token }) => [type, token]));
    return { tokens, isOptedOut: agreed.length === 0 };
  }

  #isGiven(address: PlannedRowAddress): boolean {
    const isShared = address.standing === 'shared' || !this.#given.add(nameOf(address));
    const isOff = !isShared && address.standing === 'off' && !this.#isOut(address);
    this.leftOut.shared += Number(isShared);
    this.leftOut.off += Number(isOff);
    return !isShared && !isOff;
  }

  #isOut(address: PlannedRowAddress): boolean {
    return address.isOptedOut || this.#optedOut.has(nameOf(address));
  }
}

/** The rule of a claim: an address stays with its user while its record has it. */
function standingOf(row: StoredAddress | undefined, userKey: string, recordId: string): PlannedRowAddress['standing'] {
  if (row === undefined) return 'free';
  const isFree = row.recordId === null || row.recordId === recordId || row.userKey === userKey;
  if (!isFree || row.origin === 'foreign') return 'shared';
  return row.isOn === false ? 'off' : 'free';
}

function nameOf({ type, token }: Pick<PlannedRowAddress, 'type' | 'token'>): string {
  return `${type} ${hashAddress(type, token)}`;
}
