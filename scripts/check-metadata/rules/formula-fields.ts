import { findField } from '../field-lookup.ts';
import type { Finding } from '../finding.ts';
import { formulaNames } from '../formula-names.ts';
import type { CustomField, MetadataPackage } from '../load-package.ts';

/** Functions that a formula field may call; ISNEW, ISCHANGED and PRIORVALUE belong in automation only. */
const FIELD_FUNCTIONS = [
  'AND',
  'OR',
  'NOT',
  'IF',
  'CASE',
  'ISBLANK',
  'ISPICKVAL',
  'BLANKVALUE',
  'TEXT',
  'VALUE',
  'NOW',
];

/** Every field that a formula field names exists, and so does every function. */
export function checkFormulaFields(loaded: MetadataPackage): Finding[] {
  const fields = [...loaded.fields.values()].flatMap((byName) => [...byName.values()]);
  return fields.flatMap((field) => (field.formula === undefined ? [] : checkFormula(loaded, field, field.formula)));
}

function checkFormula(loaded: MetadataPackage, field: CustomField, formula: string): Finding[] {
  const names = formulaNames(formula, false);
  const { file } = field;
  if (names.problem !== undefined) return [{ rule: 'formula-syntax', file, message: names.problem }];
  const unknownFields = names.references.filter((name) => findField(loaded, field.object, name) === undefined);
  const unknownFunctions = names.functions.filter((name) => !FIELD_FUNCTIONS.includes(name));
  return [
    ...unknownFields.map((name) => ({
      rule: 'formula-reference',
      file,
      message: `${field.object} has no field ${name}`,
    })),
    ...unknownFunctions.map((name) => ({
      rule: 'formula-function',
      file,
      message: `a formula field cannot call ${name}`,
    })),
    ...(names.references.includes(field.name)
      ? [{ rule: 'formula-reference', file, message: 'the formula names its own field' }]
      : []),
  ];
}
