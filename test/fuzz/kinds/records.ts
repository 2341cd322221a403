import { MOST_ALIASES } from '../../../relay/mapping/plan.ts';
import { isRecordIdOf, type ObjectName } from '../../../relay/mapping/record.ts';
import { type PlannedUser, planRecords } from '../../../relay/pipeline/preview/preview.ts';
import type { Job } from '../../../relay/pipeline/unit-jobs.ts';
import { createRecordReader } from '../../../relay/salesforce/record-reader.ts';
import type { SalesforceRequest, SalesforceSession } from '../../../relay/salesforce/session.ts';
import { type AnySetup, anySetup, FIELDS } from '../any-setup.ts';
import type { Chance } from '../chance.ts';
import type { Find, FuzzKind } from '../fuzz-kind.ts';
import { anyJson, nastyText, personalText, recordId } from '../hostile.ts';
import { isMarked } from '../marks.ts';
import { readInQuery } from '../soql-read.ts';

type OrgRow = Record<string, unknown> & { Id: string };

/** Records as people, forms and imports fill them, under any mapping: read, brought together, and planned. */
export function recordsKind(): FuzzKind {
  return {
    name: 'record',
    weight: 20,
    async play(chance, find) {
      const setup = anySetup(chance);
      const rows = anyRows(chance);
      const session = {
        request: (request: SalesforceRequest) => answer(request, rows, find),
      } as unknown as SalesforceSession;
      const fields = [...FIELDS.keys()];
      const reader = createRecordReader(session, () => ({ Lead: fields, Contact: fields }));
      const names = rows.map(({ Id: id }) => ({ recordId: id, object: objectOf(id) }));
      const store = { linkedRecords: () => Promise.resolve([]), users: () => Promise.resolve(new Map()) };
      const planned = await planRecords(names, { store, reader, ...setup });
      const said = new Set(planned.flatMap(({ preview }) => preview.records.map((record) => record.recordId)));
      for (const { recordId: id } of names) if (!said.has(id)) find(`${id} has no outcome`);
      for (const one of planned) judge(one, setup, find);
      return `${planned.length === 0 ? 'no' : planned.length === 1 ? 'one' : 'several'} users`;
    },
  };
}

function anyRows(chance: Chance): OrgRow[] {
  const ids = new Set(chance.some(4, () => recordId(chance, chance.oneOf(['Lead', 'Contact']), 4)));
  const time = () => chance.oneOf([null, '2026-11-24T10:00:00.000+0000', nastyText(chance)]);
  const value = () =>
    chance.oneOf<() => unknown>([
      () => personalText(chance),
      () => nastyText(chance),
      () => null,
      () => anyJson(chance, 1),
    ])();
  const sharedId = personalText(chance);
  return [...ids].map((Id) => {
    const isConverted = objectOf(Id) === 'Lead' && chance.happens(0.3);
    return {
      Id,
      IsDeleted: chance.happens(0.1),
      MasterRecordId: chance.happens(0.05) ? recordId(chance, objectOf(Id), 4) : null,
      SystemModstamp: '2026-11-24T10:00:00.000+0000',
      [objectOf(Id) === 'Lead' ? 'Status' : 'OneSignal_Lifecycle_Stage__c']: chance.oneOf([
        'New',
        'Working',
        null,
        value(),
      ]),
      OneSignal_External_Id__c: chance.oneOf([null, sharedId, value()]),
      OneSignal_Stage_Changed_At__c: time(),
      OneSignal_Sync_Requested_At__c: time(),
      IsConverted: isConverted,
      ConvertedContactId: isConverted ? recordId(chance, 'Contact', 4) : null,
      ConvertedDate: chance.oneOf([null, '2026-11-24', nastyText(chance)]),
      Account: chance.oneOf([null, { Industry: value() }, value()]),
      ...Object.fromEntries(
        [...FIELDS.keys()].filter((field) => !field.includes('.')).map((field) => [field, value()]),
      ),
    };
  });
}

/** As Salesforce: what the condition says, and nothing else. */
function answer({ call, url }: SalesforceRequest, rows: readonly OrgRow[], find: Find): Promise<unknown> {
  const soql = decodeURIComponent(url.slice(url.indexOf('?q=') + 3));
  const condition = readInQuery(soql);
  if (condition === undefined) {
    find('a value got out of its quotes in a query');
    return Promise.resolve({ totalSize: 0, done: true, records: [] });
  }
  const { object, field, values } = condition;
  const records = rows.filter(
    (row) =>
      objectOf(row.Id) === object &&
      values.some((value) => value === row[field]) &&
      (call === 'queryAll' || row.IsDeleted !== true),
  );
  return Promise.resolve({ totalSize: records.length, done: true, records });
}

/** Nothing is to be sent but what settings and mapping ask for, and no sentence quotes a value. */
function judge({ preview, job }: PlannedUser, setup: AnySetup, find: Find): void {
  for (const { detail } of preview.records) {
    if (detail.length > 255) find('a detail is longer than Salesforce keeps');
    if (isMarked(detail)) find('a detail quotes a value of a record');
  }
  if (job === undefined) return;
  judgeTags(job, setup, find);
  judgeAliases(job, setup, find);
  if (!isFitForPath(job.user.key)) find('a user has an external id that OneSignal does not take');
}

/** What OneSignal takes as the value of an alias, written without a look at the relay's own rule. */
function isFitForPath(id: string): boolean {
  const isBarred = [...id].some((character) => '/?#&='.includes(character) || /\s|\p{Cc}/u.test(character));
  return id !== '' && id.length <= 128 && id.isWellFormed() && !isBarred && id !== '.' && !id.includes('..');
}

function keysOf({ mapping }: AnySetup, kind: 'Tag' | 'Alias'): string[] {
  return mapping.fields.filter((field) => field.kind === kind).map(({ key }) => key);
}

function judgeTags({ plan }: Job, setup: AnySetup, find: Find): void {
  const { stageTag, stageChangedAtTag, maxTags } = setup.settings;
  const planned = new Set([stageTag, stageChangedAtTag, ...keysOf(setup, 'Tag')]);
  const tags = Object.entries(plan.tags);
  if (tags.length > maxTags) find('more tags than the settings allow');
  for (const [key, text] of tags) {
    if (!planned.has(key)) find(`the tag ${key} is in no plan`);
    if (typeof text !== 'string' || text === '') find(`the tag ${key} has no text for a value`);
  }
}

function judgeAliases({ plan, user }: Job, setup: AnySetup, find: Find): void {
  const planned = new Set(['salesforce_id', 'salesforce_lead_id', ...keysOf(setup, 'Alias')]);
  const aliases = Object.entries(plan.aliases);
  if (aliases.length > MOST_ALIASES) find('more aliases than a user can have');
  for (const [label, id] of aliases) {
    if (!planned.has(label)) find(`the alias ${label} is in no plan`);
    if (!isFitForPath(id)) find(`the alias ${label} has a value that OneSignal does not take`);
  }
  const naming = plan.aliases.salesforce_id ?? '';
  if (user.members.length > 0 && !isRecordIdOf('Lead', naming) && !isRecordIdOf('Contact', naming))
    find('the alias salesforce_id names no record');
}

function objectOf(id: string): ObjectName {
  return id.startsWith('00Q') ? 'Lead' : 'Contact';
}
