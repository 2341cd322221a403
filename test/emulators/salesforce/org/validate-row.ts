import type { FieldValues } from '../org-contract.ts';
import type { OrgState } from './org-state.ts';
import { SaveFailure, tableOf } from './org-state.ts';
import type { FieldDef, ObjectDef } from './schema.ts';
import { keyOf } from './table.ts';

/** What the platform itself checks on every save. Only fields whose value changed are looked at again. */
export function validateRow(state: OrgState, object: ObjectDef, row: FieldValues, prior: FieldValues | null): void {
  for (const field of object.fields.values()) {
    if (field.formula) continue;
    const value = row[field.name] ?? null;
    if (value === null) {
      if (field.required) {
        throw new SaveFailure('REQUIRED_FIELD_MISSING', `Required fields are missing: [${field.name}]`, [field.name]);
      }
      continue;
    }
    if (prior && prior[field.name] === value) continue;
    if (typeof value === 'string') validateText(state, field, value);
  }
}

function validateText(state: OrgState, field: FieldDef, value: string): void {
  if (field.length > 0 && value.length > field.length) {
    throw new SaveFailure(
      'STRING_TOO_LONG',
      `${field.label}: data value too large: ${value} (max length=${field.length})`,
      [field.name],
    );
  }
  if (field.type === 'picklist' && field.restricted && !field.picklist?.some((entry) => entry.value === value)) {
    throw new SaveFailure(
      'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
      `${field.label}: bad value for restricted picklist field: ${value}`,
      [field.name],
    );
  }
  if (field.type === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) {
    throw new SaveFailure('INVALID_EMAIL_ADDRESS', `${field.label}: invalid email address: ${value}`, [field.name]);
  }
  if (field.reference && !field.system) {
    const target = state.schema.object(field.reference.to);
    const row = target && tableOf(state, target).get(keyOf(value));
    if (!row || row.IsDeleted === true) {
      throw new SaveFailure('INVALID_CROSS_REFERENCE_KEY', `invalid cross reference id`, [field.name]);
    }
  }
}

/** Custom validation rules of the org: they fire on the relay's writes like on anybody's. */
export function runValidationRules(
  state: OrgState,
  object: ObjectDef,
  row: FieldValues,
  prior: FieldValues | null,
): void {
  for (const { rule, message, field } of state.rules.get(object) ?? []) {
    if (rule({ ...row }, prior ? { ...prior } : null)) {
      throw new SaveFailure('FIELD_CUSTOM_VALIDATION_EXCEPTION', message, field === null ? [] : [field]);
    }
  }
}

/** One rule: the same email on another lead or contact. `allowSave=true` lets the save through without an alert. */
export function checkDuplicates(state: OrgState, object: ObjectDef, row: FieldValues, allowDuplicates: boolean): void {
  if (!state.options.duplicateRule || (object.name !== 'Lead' && object.name !== 'Contact')) return;
  const email = row.Email;
  if (typeof email !== 'string' || allowDuplicates) return;
  for (const name of ['Lead', 'Contact']) {
    const other = state.schema.object(name);
    if (!other) continue;
    const table = tableOf(state, other);
    for (const key of table.find('Email', [email]) ?? []) {
      const match = table.get(key);
      if (!match || match.Id === row.Id || match.IsDeleted === true || match.IsConverted === true) continue;
      state.counters.duplicateAlerts++;
      throw new SaveFailure(
        'DUPLICATES_DETECTED',
        "You're creating a duplicate record. We recommend you use an existing record instead.",
      );
    }
  }
}
