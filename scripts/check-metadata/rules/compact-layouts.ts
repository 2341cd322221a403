import { basename, dirname } from 'node:path';
import { findField } from '../field-lookup.ts';
import type { Finding } from '../finding.ts';
import { filesOf, type MetadataFile, type MetadataPackage } from '../load-package.ts';
import { repeated } from '../repeated.ts';
import { MOST_FIELDS, NOT_ON_COMPACT_LAYOUTS } from '../tables/compact-layout-table.ts';
import { childrenNamed } from '../xml-element.ts';

/** Compact layouts show fields that are there, of types that they take, each once, and no more than they have room for. */
export function checkCompactLayouts(loaded: MetadataPackage): Finding[] {
  return filesOf(loaded, 'compactLayout').flatMap((layout) =>
    problemsOf(loaded, layout).map((message) => ({ rule: 'compact-layout', file: layout.path, message })),
  );
}

function problemsOf(loaded: MetadataPackage, { path, root }: MetadataFile): string[] {
  const object = basename(dirname(dirname(path)));
  const fields = childrenNamed(root, 'fields').map(({ text }) => text);
  return [
    ...fields.flatMap((name) => problemOfField(loaded, object, name)),
    ...repeated(fields).map((name) => `${name} is there twice`),
    ...(fields.length > MOST_FIELDS ? [`${fields.length} fields, at most ${MOST_FIELDS}`] : []),
    ...(fields.length === 0 ? ['it has no field'] : []),
  ];
}

function problemOfField(loaded: MetadataPackage, object: string, name: string): string[] {
  const field = findField(loaded, object, name);
  if (field === undefined) return [`${object} has no field ${name}`];
  return NOT_ON_COMPACT_LAYOUTS.includes(field.type) ? [`${name} is a ${field.type}, which it does not take`] : [];
}
