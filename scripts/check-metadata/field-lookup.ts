import type { MetadataPackage } from './load-package.ts';
import { STANDARD_FIELDS } from './tables/standard-fields.ts';
import { textOf } from './xml-element.ts';

/** What the rules need to know of a field, standard or custom. */
export interface KnownField {
  /** A type of the field table, or of the table of standard fields. */
  type: string;
  /** `grantable`: can carry field permissions. Otherwise why not. */
  access: 'grantable' | 'required' | 'system' | 'event' | 'custom metadata' | 'custom setting';
  isFormula: boolean;
  referenceTo?: string;
}

const METADATA_SYSTEM_FIELDS = ['Id', 'DeveloperName', 'MasterLabel', 'Label', 'QualifiedApiName', 'NamespacePrefix'];

/** True for a standard object of our table, and for an object that the package defines. */
export function isKnownObject(loaded: MetadataPackage, object: string): boolean {
  return object in STANDARD_FIELDS || loaded.objects.has(object);
}

/**
 * Finds a field by its path, which may step over relationships (`Account.Industry`).
 * @returns undefined when no file and no table knows it.
 */
export function findField(loaded: MetadataPackage, object: string, path: string): KnownField | undefined {
  const [first = '', ...rest] = path.split('.');
  if (rest.length === 0) return findDirectField(loaded, object, first);
  const lookup = findDirectField(loaded, object, first.endsWith('__r') ? first.replace(/r$/, 'c') : `${first}Id`);
  return lookup?.referenceTo === undefined ? undefined : findField(loaded, lookup.referenceTo, rest.join('.'));
}

function findDirectField(loaded: MetadataPackage, object: string, name: string): KnownField | undefined {
  const standard = STANDARD_FIELDS[object]?.[name];
  if (standard !== undefined) return { ...standard, isFormula: false };
  const custom = loaded.fields.get(object)?.get(name);
  if (custom !== undefined) {
    const isFormula = custom.formula !== undefined;
    return { type: custom.type, access: accessOf(loaded, object, custom.required && !isFormula), isFormula };
  }
  if (object.endsWith('__mdt') && METADATA_SYSTEM_FIELDS.includes(name)) {
    return { type: 'Text', access: 'system', isFormula: false };
  }
  return undefined;
}

function accessOf(loaded: MetadataPackage, object: string, required: boolean): KnownField['access'] {
  if (object.endsWith('__e')) return 'event';
  if (object.endsWith('__mdt')) return 'custom metadata';
  if (textOf(loaded.objects.get(object)?.root, 'customSettingsType') !== undefined) return 'custom setting';
  return required ? 'required' : 'grantable';
}
