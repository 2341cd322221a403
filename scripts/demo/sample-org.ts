import type { World, WorldOptions } from '../../test/emulators/world.ts';
import { REAL_STAGES } from './real-leads.ts';

/** The sample rows of the package, and what the admin grants for the fields that they name. */
export const SAMPLE_ORG: WorldOptions = {
  org: {
    seed: 'demo',
    packageDirs: ['sfdx/main/default', 'sfdx/examples', 'test/fixtures/mapped-fields'],
    leadStatuses: [
      { value: 'On Hold' },
      { value: 'New' },
      { value: 'Working' },
      { value: 'MQL' },
      { value: 'Won', converted: true },
    ],
  },
  onesignal: { plan: 'growth' },
  relayPermissionSets: ['Mapped_Fields'],
};

/** Settings, and a row for each stage of the real leads. */
export function prepareSampleOrg(world: World): void {
  // Ten tags are what OneSignal's Growth plan allows; a stage without a row is skipped, to show what that looks like.
  world.org.setSettings({ Max_Tags__c: 10, Unmapped_Stage__c: 'Skip', Sync_Email__c: true });
  for (const [stage, lifecycleStage] of Object.entries(REAL_STAGES)) {
    const row = { Object_Name__c: 'Lead', Stage__c: stage, Lifecycle_Stage__c: lifecycleStage, Is_Active__c: true };
    world.org.putMetadataRow('OneSignal_Stage_Mapping__mdt', `Lead_${stage}`, row);
  }
}
