import type { Finding } from '../finding.ts';
import { filesOf, type MetadataFile, type MetadataPackage } from '../load-package.ts';
import { repeated } from '../repeated.ts';
import { METADATA_TYPE_FIELDS } from '../tables/layout-table.ts';
import { childrenNamed, textOf } from '../xml-element.ts';

/** Layouts of custom metadata types show each field of the type once, and ask for what the type requires. */
export function checkLayouts(loaded: MetadataPackage): Finding[] {
  return filesOf(loaded, 'layout').flatMap((layout) =>
    problemsOf(loaded, layout).map((message) => ({ rule: 'layout', file: layout.path, message })),
  );
}

function problemsOf(loaded: MetadataPackage, { fullName, root }: MetadataFile): string[] {
  const [type = '', ...name] = fullName.split('-');
  if (!type.endsWith('__mdt') || !loaded.objects.has(type))
    return [`${type} is no custom metadata type of the package`];
  if (name.join('').trim() === '') return ['the file name lacks the name of the layout: Type-Name'];
  const items = childrenNamed(root, 'layoutSections')
    .flatMap((section) => childrenNamed(section, 'layoutColumns'))
    .flatMap((column) => childrenNamed(column, 'layoutItems'))
    .map((item) => ({ field: textOf(item, 'field') ?? '', behavior: textOf(item, 'behavior') ?? '' }));
  const wanted = behaviorsOf(loaded, type);
  const shown = items.map(({ field }) => field);
  return [
    ...items.flatMap(({ field, behavior }) => problemOfItem(type, field, behavior, wanted)),
    ...repeated(shown).map((field) => `${field} is there twice`),
    ...[...wanted.keys()].filter((field) => !shown.includes(field)).map((field) => `${field} is not shown`),
  ];
}

/** How each field of the type must be: `Required`, or anything. */
function behaviorsOf(loaded: MetadataPackage, type: string): Map<string, string | undefined> {
  const own = [...(loaded.fields.get(type)?.values() ?? [])];
  return new Map([
    ...Object.entries(METADATA_TYPE_FIELDS),
    ...own.map(({ name, required }) => [name, required ? 'Required' : undefined] as const),
  ]);
}

function problemOfItem(
  type: string,
  field: string,
  behavior: string,
  wanted: ReadonlyMap<string, string | undefined>,
): string[] {
  if (!wanted.has(field)) return [`${type} has no field ${field}`];
  const must = wanted.get(field);
  return must === undefined || must === behavior ? [] : [`${field} must be ${must}, not ${behavior || 'blank'}`];
}
