import type { Store } from '../../../relay/store/store.ts';
import { describeDueRecords } from './due-record-conformance.ts';
import { describeEventsAndOwner } from './event-conformance.ts';
import { describeUsers } from './user-conformance.ts';
import { describeVerdicts } from './verdict-conformance.ts';

/** Opens an empty store; the suite closes it. */
export type OpenStore = () => Promise<Store>;

/** Everything that each engine of the store must do, whatever it is built on. */
export function describeStore(name: string, openStore: OpenStore): void {
  describe(`the store on ${name}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await openStore();
    });
    afterEach(() => store.close());

    const current = () => store;
    describeEventsAndOwner(current);
    describeDueRecords(current);
    describeUsers(current);
    describeVerdicts(current);
  });
}
