import { findField, isKnownObject } from '../field-lookup.ts';
import type { Finding } from '../finding.ts';
import { filesOf, type MetadataFile, type MetadataPackage } from '../load-package.ts';
import { repeated } from '../repeated.ts';
import { child, childrenNamed, textOf, type XmlElement } from '../xml-element.ts';

/**
 * The formulas that a predefined value may have, by the type of its field. An action with NOW() on a date and time, of a
 * real org: https://github.com/Jahangeer-Khazi/UAT-Project-29Sep2026/blob/a525069f8fabc82bff8af85cce06a79bf7c22535/force-app/main/default/quickActions/Case.Acknowledge.quickAction-meta.xml
 */
const FORMULAS: Readonly<Record<string, readonly string[]>> = { DateTime: ['NOW()'] };

/**
 * What an action that updates a record has not. The object is in the name of the action and nowhere else, as in
 * https://github.com/utkarshscs/DEV/blob/463c311479876e025d8d0883df6a689ae318e253/force-app/main/default/quickActions/Lead.Update_Status.quickAction-meta.xml
 */
const NOT_ON_UPDATES = ['targetObject', 'targetParentField', 'targetRecordType'];

/** Quick actions update fields that are there and can be written, by formulas that we know, and show the user a field. */
export function checkQuickActions(loaded: MetadataPackage): Finding[] {
  return filesOf(loaded, 'quickAction').flatMap((action) =>
    problemsOf(loaded, action).map((message) => ({ rule: 'quick-action', file: action.path, message })),
  );
}

function problemsOf(loaded: MetadataPackage, { fullName, root }: MetadataFile): string[] {
  const [object = '', ...name] = fullName.split('.');
  if (!isKnownObject(loaded, object)) return [`there is no object ${object}`];
  if (name.length === 0) return ['the file name lacks the name of the action: Object.Name'];
  const overrides = childrenNamed(root, 'fieldOverrides');
  const overridden = overrides.map((each) => textOf(each, 'field') ?? '');
  const shown = shownFields(root);
  return [
    ...NOT_ON_UPDATES.filter((element) => child(root, element) !== undefined).map(
      (element) => `an action that updates a record has no <${element}>`,
    ),
    ...(textOf(root, 'label') === undefined ? ['it has no label'] : []),
    ...(shown.length === 0 ? ['it shows no field: a list view offers nothing to save'] : []),
    ...overrides.flatMap((override) => problemOfOverride(loaded, object, override)),
    ...shown
      .filter((field) => findField(loaded, object, field) === undefined)
      .map((field) => `${object} has no field ${field} to show`),
    ...repeated(overridden).map((field) => `${field} is set twice`),
    ...repeated(shown).map((field) => `${field} is shown twice`),
  ];
}

function problemOfOverride(loaded: MetadataPackage, object: string, override: XmlElement): string[] {
  const [name, formula] = [textOf(override, 'field') ?? '', textOf(override, 'formula')];
  const field = findField(loaded, object, name);
  if (field === undefined) return [`${object} has no field ${name} to set`];
  if (field.isFormula || field.access === 'system') return [`${name} cannot be written`];
  const known = FORMULAS[field.type] ?? [];
  return formula !== undefined && known.includes(formula)
    ? []
    : [`${name} is a ${field.type}: no formula that we know to work is ${formula ?? 'blank'}`];
}

function shownFields(root: XmlElement): string[] {
  return childrenNamed(child(root, 'quickActionLayout'), 'quickActionLayoutColumns')
    .flatMap((column) => childrenNamed(column, 'quickActionLayoutItems'))
    .map((item) => textOf(item, 'field'))
    .filter((field) => field !== undefined);
}
