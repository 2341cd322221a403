import type { FieldMapping } from '../../../relay/mapping/mapping-rows.ts';
import { OBJECT_NAMES, RECORD_ALIASES } from '../../../relay/mapping/record.ts';
import type { Settings } from '../../../relay/mapping/settings.ts';
import { TRANSFORMS } from '../../../relay/mapping/transforms.ts';
import { anySetup, FIELDS } from '../any-setup.ts';
import type { Find, FuzzKind } from '../fuzz-kind.ts';

/** Settings and mapping rows, right and wrong. */
export function mappingRowsKind(): FuzzKind {
  return {
    name: 'mapping',
    weight: 10,
    play(chance, find) {
      const { settings, mapping, rows, warnings } = anySetup(chance);
      const leftOut = warnings.filter((warning) => warning.endsWith('it is left out')).length;
      const active = [...rows.stages, ...rows.tags].filter(({ Is_Active__c: isActive }) => isActive === true).length;
      const { stages, fields, consents } = mapping;
      const used = stages.Lead.size + stages.Contact.size + fields.length + consents.length;
      if (used + leftOut !== active) find(`of ${active} active rows ${used} are used and ${leftOut} left out`);
      for (const field of fields) judgeField(field, settings, find);
      if (settings.stageTag === settings.stageChangedAtTag) find('stage and time share a tag');
      if (!Number.isInteger(settings.maxTags) || settings.maxTags < 1) find('a cap on tags that is none');
      return leftOut > 0 ? 'some rows left out' : active > 0 ? 'all rows used' : 'no rows';
    },
  };
}

const OURS = [...RECORD_ALIASES, 'external_id', 'onesignal_id'];

function judgeField({ object, field, kind, key, transform }: FieldMapping, settings: Settings, find: Find): void {
  const keysTaken = kind === 'Tag' ? [settings.stageTag, settings.stageChangedAtTag] : OURS;
  if (!OBJECT_NAMES.includes(object) || !FIELDS.has(field)) find('a row names a field that is not there');
  if (!TRANSFORMS.includes(transform)) find('a row has a transform that is not there');
  if (keysTaken.includes(key)) find(`a row takes a ${kind} of ours`);
}
