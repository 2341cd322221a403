import type { World } from '../../test/emulators/world.ts';
import { type Follow, IN_THE_BROWSER, type ObjectName, savedId } from '../demo/play.ts';

/** What happens to one record while the relay is down; the mix repeats. */
const MIX = [
  'create',
  'stage',
  'stage',
  'create',
  'delete',
  'stage',
  'convert',
  'create',
  'stage',
  'external_id',
] as const;
type Kind = (typeof MIX)[number];

/** A first and a later stage, by object. */
const STAGES: Readonly<Record<ObjectName, readonly [string, string]>> = {
  Lead: ['Open - Not Contacted', 'Working - Contacted'],
  Contact: ['Subscriber', 'Customer'],
};

/** Changes to records, each of another one, and what must be true in the end. */
export interface LostChanges {
  /** Makes the records that the changes are about, as somebody in sales. */
  prepare(): void;
  /** One function a change. */
  changes: readonly (() => void)[];
  /** Living records, once the changes are made. */
  followed(): readonly Follow[];
  /** Ids of deleted records. */
  deleted(): readonly string[];
}

export function lostChanges(world: World, count: number): LostChanges {
  const cases = Array.from({ length: count }, (_, index) => changeOf(MIX[index % MIX.length] ?? 'stage', index, world));
  return {
    prepare() {
      for (const { prepare } of cases) prepare();
    },
    changes: cases.map(({ change }) => change),
    followed: () => cases.flatMap(({ followed }) => followed()),
    deleted: () => cases.flatMap(({ deletedId }) => deletedId() ?? []),
  };
}

interface Case {
  prepare(): void;
  change(): void;
  followed(): Follow[];
  deletedId(): string | undefined;
}

function changeOf(kind: Kind, index: number, world: World): Case {
  const { org, seller } = world;
  // Contacts have stage changes only: the other changes are the same for both objects, or are about leads.
  const object: ObjectName = kind === 'stage' && index % 4 === 1 ? 'Contact' : 'Lead';
  const [first, later] = STAGES[object];
  const stageField = object === 'Lead' ? 'Status' : 'OneSignal_Lifecycle_Stage__c';
  const name = `Person ${index}`;
  let id = '';
  let contactId = '';
  const create = () => {
    const required = object === 'Lead' ? { LastName: name, Company: 'Acme' } : { LastName: name };
    id = savedId(org.create(object, { ...required, [stageField]: first }, seller));
  };
  const update = (values: Record<string, string>) => savedId(org.update(object, id, values, seller, IN_THE_BROWSER));
  const change = {
    create,
    stage: () => update({ [stageField]: later }),
    delete: () => savedId(org.delete(object, id, seller)),
    convert: () => {
      contactId = org.convertLead(id, seller).contactId;
    },
    external_id: () => update({ OneSignal_External_Id__c: `app-${index}` }),
  }[kind];
  const follow = (of: ObjectName, recordId: string, stage: string, user: string, aliases: Record<string, string>) => ({
    object: of,
    id: recordId,
    name,
    expected: { status: 'Synced', reason: 'OK', user, tags: { sf_stage: stage }, aliases } as const,
  });
  const followed = (): Follow[] => {
    if (kind === 'delete') return [];
    if (kind !== 'convert') {
      const user = kind === 'external_id' ? `app-${index}` : id;
      return [follow(object, id, kind === 'stage' ? later : first, user, { salesforce_id: id })];
    }
    const aliases = { salesforce_id: contactId, salesforce_lead_id: id };
    const of = (one: ObjectName, recordId: string) => follow(one, recordId, 'Closed - Converted', id, aliases);
    return [of('Lead', id), of('Contact', contactId)];
  };
  return {
    prepare: kind === 'create' ? () => undefined : create,
    change: () => void change(),
    followed,
    deletedId: () => (kind === 'delete' ? id : undefined),
  };
}
