import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import type { Finding } from './finding.ts';
import { child, childrenNamed, parseXml, textOf, type XmlElement } from './xml-element.ts';

/** A well-formed `-meta.xml` file. */
export interface MetadataFile {
  /** Relative to the package directory, with forward slashes. */
  path: string;
  /** What stands before `-meta.xml`: `flow`, `field`, … */
  suffix: string;
  /** The name that the file gives the component, e.g. `OneSignal_Lead_Before_Save`. */
  fullName: string;
  root: XmlElement;
}

/** A custom field, whatever object carries it. */
export interface CustomField {
  object: string;
  name: string;
  type: string;
  formula: string | undefined;
  required: boolean;
  element: XmlElement;
  file: string;
}

/** Everything under one directory of metadata, parsed once for all rules. */
export interface MetadataPackage {
  directory: string;
  files: MetadataFile[];
  /** Files that could not be parsed. */
  broken: Finding[];
  /** Objects with a file of their own (events, settings, custom metadata types), by API name. */
  objects: Map<string, MetadataFile>;
  /** Custom fields by object and name. */
  fields: Map<string, Map<string, CustomField>>;
  /** `sourceApiVersion` of the project, when there is a project file beside the directory. */
  sourceApiVersion: string | undefined;
}

/**
 * Reads every metadata file under a directory in source format.
 * @throws Error when the directory does not exist.
 */
export function loadPackage(directory: string): MetadataPackage {
  if (!existsSync(directory)) throw new Error(`${directory} does not exist`);
  const loaded: MetadataPackage = {
    directory,
    files: [],
    broken: [],
    objects: new Map(),
    fields: new Map(),
    sourceApiVersion: readSourceApiVersion(directory),
  };
  for (const path of globSync('**/*-meta.xml', { cwd: directory }).sort()) addFile(loaded, path);
  return loaded;
}

/** The files of one kind, by the suffix before `-meta.xml`. */
export function filesOf(loaded: MetadataPackage, suffix: string): MetadataFile[] {
  return loaded.files.filter((file) => file.suffix === suffix);
}

/** Examples are shown to admins and never packaged. */
export function isExample(file: MetadataFile): boolean {
  return file.path.startsWith('examples/');
}

/** The API names of a picklist's own values, in order; `undefined` for one without a name. Of another field, none. */
export function picklistValues({ element }: CustomField): (string | undefined)[] {
  const definition = child(child(element, 'valueSet'), 'valueSetDefinition');
  return childrenNamed(definition, 'value').map((value) => textOf(value, 'fullName'));
}

function addFile(loaded: MetadataPackage, osPath: string): void {
  const path = osPath.split(sep).join('/');
  const name = basename(path).replace(/-meta\.xml$/, '');
  const dot = name.lastIndexOf('.');
  let root: XmlElement;
  try {
    root = parseXml(readFileSync(join(loaded.directory, path), 'utf8'));
  } catch (error) {
    loaded.broken.push({ rule: 'xml-parse', file: path, message: (error as Error).message });
    return;
  }
  const file = { path, suffix: name.slice(dot + 1), fullName: name.slice(0, dot), root };
  loaded.files.push(file);
  if (file.suffix === 'object') loaded.objects.set(file.fullName, file);
  if (file.suffix === 'field') addField(loaded, file);
}

function addField(loaded: MetadataPackage, file: MetadataFile): void {
  const object = basename(dirname(dirname(file.path)));
  const field: CustomField = {
    object,
    name: file.fullName,
    type: textOf(file.root, 'type') ?? '',
    formula: child(file.root, 'formula')?.text,
    required: textOf(file.root, 'required') === 'true',
    element: file.root,
    file: file.path,
  };
  const fields = loaded.fields.get(object) ?? new Map<string, CustomField>();
  loaded.fields.set(object, fields.set(field.name, field));
}

function readSourceApiVersion(directory: string): string | undefined {
  const project = join(directory, '..', 'sfdx-project.json');
  if (!existsSync(project)) return undefined;
  return (JSON.parse(readFileSync(project, 'utf8')) as { sourceApiVersion?: string }).sourceApiVersion;
}
