import type { Clock, FieldValues, OrgUser, RowError } from '../org-contract.ts';
import { OrgRefusal } from '../org-contract.ts';
import type { EventBus } from './bus.ts';
import type { Flow } from './flow/flow-types.ts';
import type { IdSource } from './ids.ts';
import type { PermissionSet } from './load-permissions.ts';
import type { FieldDef, ObjectDef, Schema } from './schema.ts';
import { Table } from './table.ts';

/** True when the save must be refused. */
export type ValidationRule = (record: FieldValues, prior: FieldValues | null) => boolean;

/** Everything one emulated org holds; the modules beside this one work on it. */
export interface OrgState {
  id: string;
  clock: Clock;
  ids: IdSource;
  random: () => number;
  schema: Schema;
  tables: Map<ObjectDef, Table>;
  flows: Map<ObjectDef, Flow[]>;
  /** Those that do not run. */
  idleFlows: Map<string, Flow>;
  permissionSets: Map<string, PermissionSet>;
  users: Map<string, OrgUser>;
  bus: EventBus;
  counters: { reassignments: number; duplicateAlerts: number; flowFaults: number; published: number };
  rules: Map<ObjectDef, { rule: ValidationRule; message: string; field: string | null }[]>;
  /** Row errors that the next updates of a record get, by key. */
  failingUpdates: Map<string, { error: RowError; left: number }>;
  /** Hidden rows by key: from users without View All, or from everybody but administrators. */
  hidden: Map<string, 'withoutViewAll' | 'everybody'>;
  options: OrgSwitches;
}

export interface OrgSwitches {
  /** *Require Validation for Converted Leads*: before-save flows and validation rules run at a conversion. */
  requireValidationForConvertedLeads: boolean;
  timeZone: string;
  /** An active duplicate rule on the email of leads and contacts. */
  duplicateRule: boolean;
  /** An active lead assignment rule. */
  assignmentRule: boolean;
  /** Whether after-save flows run for the lead's own update at a conversion. Official word is missing. */
  flowsAtConversion: boolean;
  /** Whether an after-save flow finds the values before in `$Record__Prior`. Reports disagree. */
  priorAfterSave: boolean;
  /** Whether events of a before-delete flow get out. That they do is reported, not documented. */
  publishesBeforeDelete: boolean;
  /** How many of the next events are refused while publishing (LIMIT_EXCEEDED). */
  refusedPublishes: number;
  /** How many of the next events are accepted and then never reach the bus. */
  lostPublishes: number;
  /** Milliseconds by which the stamps of the next save lie before its commit. */
  slowTransaction: number;
}

/** @throws OrgRefusal INVALID_TYPE for an object that the org doesn't have */
export function objectNamed(state: OrgState, name: string): ObjectDef {
  const object = state.schema.object(name);
  if (!object) throw new OrgRefusal('INVALID_TYPE', `sObject type '${name}' is not supported.`);
  return object;
}

export function tableOf(state: OrgState, object: ObjectDef): Table {
  let table = state.tables.get(object);
  if (!table) {
    table = new Table(object);
    state.tables.set(object, table);
  }
  return table;
}

/** A refused save; becomes the row error of the reply. */
export class SaveFailure extends Error {
  readonly row: RowError;
  constructor(statusCode: string, message: string, fields: string[] = []) {
    super(message);
    this.row = { statusCode, message, fields };
  }
}

/** The org default row of a hierarchy custom setting. */
export function settingValue(state: OrgState, object: ObjectDef, field: FieldDef): FieldValues[string] {
  for (const row of tableOf(state, object).values()) {
    if (row.SetupOwnerId === state.id) return row[field.name] ?? null;
  }
  return null;
}
