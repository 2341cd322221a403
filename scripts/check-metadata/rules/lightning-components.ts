import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findField } from '../field-lookup.ts';
import type { Finding } from '../finding.ts';
import { filesOf, type MetadataFile, type MetadataPackage } from '../load-package.ts';
import { child, childrenNamed, textOf } from '../xml-element.ts';

const LABEL = /'@salesforce\/label\/c\.(\w+)'/g;
/** An address of a list view: https://developer.salesforce.com/docs/platform/lwc/guide/reference-page-reference-type.html */
const LIST = /\/lightning\/o\/(\w+)\/list\?filterName=(\w+)/g;
const FIELD = /\b\w+__c\b/g;
/** https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta/salesforce_app_limits_cheatsheet/salesforce_app_limits_platform_general.htm */
const LONGEST = { value: 1_000, shortDescription: 80, categories: 255 } as const;

/** Components use labels, fields and list views that are there, and no label is left over. */
export function checkLightningComponents(loaded: MetadataPackage): Finding[] {
  const labels = filesOf(loaded, 'labels').flatMap((file) =>
    childrenNamed(file.root, 'labels').map((label) => ({ file, label, name: textOf(label, 'fullName') ?? '' })),
  );
  const components = filesOf(loaded, 'js').map((file) => ({ file, ...usedBy(loaded, file) }));
  const used = new Set(components.flatMap((component) => component.labels));
  const known = new Set(labels.map(({ name }) => name));
  return [
    ...components.flatMap(({ file, labels: own, fields, lists }) => [
      ...lists
        .filter(([object, name]) => !hasListView(loaded, object, name))
        .map(([object, name]) => finding(file, `${object} has no list view ${name}`)),
      ...own.filter((name) => !known.has(name)).map((name) => finding(file, `there is no custom label ${name}`)),
      ...objectsOf(file).flatMap((object) =>
        fields
          .filter((field) => findField(loaded, object, field) === undefined)
          .map((field) => finding(file, `${object} has no field ${field}`)),
      ),
    ]),
    ...labels.filter(({ name }) => !used.has(name)).map(({ file, name }) => finding(file, `no component uses ${name}`)),
    ...labels.flatMap(({ file, label, name }) =>
      Object.entries(LONGEST)
        .filter(([element, longest]) => (textOf(label, element)?.length ?? 0) > longest)
        .map(([element, longest]) => finding(file, `${name}: <${element}> has more than ${longest} characters`)),
    ),
  ];
}

function finding({ path }: MetadataFile, message: string): Finding {
  return { rule: 'lightning-component', file: path, message };
}

interface Used {
  labels: string[];
  fields: string[];
  /** By object and name. */
  lists: [object: string, name: string][];
}

function usedBy({ directory }: MetadataPackage, { path }: MetadataFile): Used {
  const folder = join(directory, dirname(path));
  const code = globSync('*.js', { cwd: folder })
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
  return {
    labels: [...code.matchAll(LABEL)].map(([, name = '']) => name),
    fields: [...new Set(code.match(FIELD) ?? [])],
    lists: [...code.matchAll(LIST)].map(([, object = '', name = '']) => [object, name]),
  };
}

function hasListView(loaded: MetadataPackage, object: string, name: string): boolean {
  return filesOf(loaded, 'listView').some(
    ({ path, fullName }) => fullName === name && path.includes(`/objects/${object}/listViews/`),
  );
}

/** The objects on whose pages it may be put. */
function objectsOf({ root }: MetadataFile): string[] {
  return childrenNamed(child(root, 'targetConfigs'), 'targetConfig').flatMap((config) =>
    childrenNamed(child(config, 'objects'), 'object').map(({ text }) => text),
  );
}
