import type { World } from '../emulators/world.ts';
import { expectedUsers } from './expected.ts';

/** A change into it is told as a custom event, and asks for a message that nobody can get. */
const TOLD_STAGE = 'Working - Contacted';

export function tellOfAStage({ org }: World): void {
  org.putMetadataRow('OneSignal_Stage_Mapping__mdt', 'Told', {
    Object_Name__c: 'Lead',
    Stage__c: TOLD_STAGE,
    Lifecycle_Stage__c: TOLD_STAGE,
    Custom_Event_Name__c: 'lead_works',
    Message_Template_Id__c: '0b8f7b9e-6c1d-4f0e-9d5a-3f2f7c1e4a11',
    Is_Active__c: true,
  });
}

/**
 * Leads that came into the stage and decide for their user, and of which OneSignal was not told. One that decides only
 * since another record is deleted came into its stage when it had nothing to say.
 */
export function judgeTold(world: World, deleted: readonly string[]): string[] {
  const heirs = new Set(
    deleted.flatMap(
      (id) => world.org.peek(id.startsWith('003') ? 'Contact' : 'Lead', id)?.OneSignal_External_Id__c ?? [],
    ),
  );
  const told = new Set(
    world.onesignal.customEvents.map(({ event }) => (event.properties as { record_id?: unknown }).record_id),
  );
  return expectedUsers(world)
    .filter(({ externalId }) => !heirs.has(externalId))
    .flatMap(({ records }) => records)
    .filter(({ object, reason, stage }) => object === 'Lead' && reason === 'OK' && stage === TOLD_STAGE)
    .filter(({ id }) => !told.has(id))
    .map(({ id }) => `nobody told OneSignal that ${id} came to ${TOLD_STAGE}`);
}
