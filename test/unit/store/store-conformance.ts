import type { OneProcess } from '../../emulators/one-process.ts';
import { describeAddresses } from './address-conformance.ts';
import { describeAlerts } from './alert-conformance.ts';
import { describeCommands } from './command-conformance.ts';
import { describeDueRecords } from './due-record-conformance.ts';
import { describeEngagement } from './engagement-conformance.ts';
import { describeEventsAndOwner } from './event-conformance.ts';
import { describeJournal } from './journal-conformance.ts';
import { describeParts } from './part-conformance.ts';
import { describeTidying } from './tidy-conformance.ts';
import { describeTransitions } from './transition-conformance.ts';
import { describeUsage } from './usage-conformance.ts';
import { describeUsers } from './user-conformance.ts';
import { describeVerdicts } from './verdict-conformance.ts';

/** Opens an empty store and joins; the suite closes it. The part must outlast a test. */
export type StartProcess = () => Promise<OneProcess>;

/** Everything that each engine of the store must do, whatever it is built on. */
export function describeStore(name: string, startProcess: StartProcess): void {
  describe(`the store on ${name}`, () => {
    let store: OneProcess;
    beforeEach(async () => {
      store = await startProcess();
    });
    afterEach(() => store.close());

    const current = () => store;
    describeEventsAndOwner(current);
    describeDueRecords(current);
    describeUsers(current);
    describeVerdicts(current);
    describeParts(current);
    describeCommands(current);
    describeTransitions(current);
    describeAddresses(current);
    describeTidying(current);
    describeUsage(current);
    describeJournal(current);
    describeEngagement(current);
    describeAlerts(current);
  });
}
