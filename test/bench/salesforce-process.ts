import { savedId } from '../../scripts/demo/play.ts';
import { type SalesforceSide, startSalesforceSide } from '../emulators/world.ts';
import { answerMessages } from './answer-messages.ts';

/** Salesforce in a process of its own, so that neither the relay nor OneSignal waits while it works. */
export type ToSalesforce =
  | { kind: 'start'; leads: number }
  /** The stage of all leads is called so from now on. */
  | { kind: 'map'; lifecycleStage: string }
  | { kind: 'calls' };

const STAGE = 'Open - Not Contacted';

let side: SalesforceSide | undefined;

async function start(leads: number): Promise<Record<string, string>> {
  side = await startSalesforceSide({ org: { seed: 'bench' }, salesforce: { apiCallsPerDay: 10_000_000 } });
  const { org, environment } = side;
  // As a data load brings them: no stamp, no event.
  const loader = org.addUser({
    username: 'loader@emulated.example',
    isAdministrator: true,
    permissionSets: ['OneSignal_Relay'],
  });
  for (let n = 0; n < leads; n += 1)
    savedId(org.create('Lead', { LastName: `Lead ${n}`, Company: 'Acme', Status: STAGE }, loader));
  return environment;
}

function map({ org }: SalesforceSide, lifecycleStage: string): number {
  const row = { Object_Name__c: 'Lead', Stage__c: STAGE, Lifecycle_Stage__c: lifecycleStage, Is_Active__c: true };
  org.putMetadataRow('OneSignal_Stage_Mapping__mdt', 'Bench', row);
  return 1;
}

answerMessages<ToSalesforce>(async (message) => {
  if (message.kind === 'start') return start(message.leads);
  if (side === undefined) throw new Error('Salesforce was asked before it was started');
  return message.kind === 'map' ? map(side, message.lifecycleStage) : side.salesforce.stats.apiCalls;
});
