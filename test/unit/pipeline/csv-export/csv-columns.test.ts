import { readMapping } from '../../../../relay/mapping/mapping-rows.ts';
import { DEFAULT_SETTINGS } from '../../../../relay/mapping/settings.ts';
import { csvColumns, headerOf } from '../../../../relay/pipeline/csv-export/csv-columns.ts';

function mappingOf(keys: readonly string[]) {
  const row = { Object_Name__c: 'Lead', Field__c: 'Title', Kind__c: 'Tag', Is_Active__c: true };
  const tags = keys.map((key, n) => ({ ...row, DeveloperName: `Row_${n}`, Tag__c: key, Order__c: n }));
  return readMapping({ stages: [], tags }, DEFAULT_SETTINGS, () => 'string', 'UTC').mapping;
}

test('tags come in the order of the mapping, and addresses only where the settings send them', () => {
  const columns = csvColumns(DEFAULT_SETTINGS, mappingOf(['b', 'a']));
  expect(headerOf(columns)).toEqual(['external_id', 'sf_stage', 'sf_stage_at', 'b', 'a']);
  expect(headerOf({ ...columns, addresses: ['SMS'] }).slice(0, 3)).toEqual([
    'external_id',
    'phone_number',
    'subscribed',
  ]);
});

test('a tag whose header OneSignal would read as something else, or could not tell from another, has no column', () => {
  const { tags, tagsWithoutColumn } = csvColumns(
    DEFAULT_SETTINGS,
    mappingOf(['country', 'Email', 'city', 'City', '=1+1', 'tags']),
  );
  expect(tags).toEqual(['sf_stage', 'sf_stage_at', 'city']);
  expect(tagsWithoutColumn).toEqual(['country', 'Email', 'City', '=1+1', 'tags']);
});

test('an import takes 1,000 tags', () => {
  const keys = Array.from({ length: 1_000 }, (_, n) => `tag_${n}`);
  const { tags, tagsWithoutColumn } = csvColumns(DEFAULT_SETTINGS, mappingOf(keys));
  expect([tags.length, tagsWithoutColumn]).toEqual([1_000, ['tag_998', 'tag_999']]);
});
