import type { FieldValue, FieldValues, OrgUser, SaveOptions } from '../org-contract.ts';
import { customPermissionsOf } from './access.ts';
import { toStoredTime } from './datetime.ts';
import type { FlowTrigger } from './flow/flow-types.ts';
import { matchingRows } from './flow/matching-rows.ts';
import { FlowFailure, runFlows } from './flow/run-flow.ts';
import type { OrgState } from './org-state.ts';
import { SaveFailure } from './org-state.ts';
import type { ObjectDef } from './schema.ts';
import type { Transaction } from './transaction.ts';
import { checkDuplicates, runValidationRules, validateRow } from './validate-row.ts';

export interface SaveRequest {
  state: OrgState;
  transaction: Transaction;
  object: ObjectDef;
  /** Canonical field names and stored form, rights already checked. */
  values: FieldValues;
  prior: FieldValues | null;
  as: OrgUser;
  options: SaveOptions;
  /** False at a lead conversion without *Require Validation for Converted Leads*. */
  runsBeforeSave: boolean;
  /** False at a lead conversion where the org runs no flows then. */
  runsAfterSave: boolean;
}

/** As any save but a conversion's. */
export const ALL_FLOWS = { runsBeforeSave: true, runsAfterSave: true } as const;

/**
 * One save in Salesforce's order: before-save flows, the platform's checks, validation rules, duplicate rules, the
 * row, assignment rules, after-save flows.
 * https://developer.salesforce.com/docs/atlas.en-us.apexcode.meta/apexcode/apex_triggers_order_of_execution.htm
 * Returns the stored row; throws SaveFailure.
 */
export function saveRow(request: SaveRequest): FieldValues {
  const { state, transaction, object, values, prior, options } = request;
  const row: FieldValues = prior ? { ...prior, ...values } : { ...defaults(object, request.as), ...values };
  derive(object, row);
  if (request.runsBeforeSave) {
    runTrigger(request, 'RecordBeforeSave', row);
    derive(object, row);
  }
  validateRow(state, object, row, prior);
  if (request.runsBeforeSave) runValidationRules(state, object, row, prior);
  checkDuplicates(state, object, row, options.allowDuplicates);
  stamp(request, row);
  if (object.name === 'Lead' && prior && options.autoAssign && state.options.assignmentRule) reassign(request, row);
  transaction.store(object, row);
  if (request.runsAfterSave) runTrigger(request, 'RecordAfterSave', row);
  return row;
}

function runTrigger(request: SaveRequest, trigger: FlowTrigger, row: FieldValues): void {
  triggerFlows(request, trigger, row, request.prior);
}

/** Runs the flows of a trigger inside a transaction; throws SaveFailure when one fails without a fault path. */
export function triggerFlows(
  { state, transaction, object, as }: Pick<SaveRequest, 'state' | 'transaction' | 'object' | 'as'>,
  trigger: FlowTrigger,
  record: FieldValues,
  prior: FieldValues | null,
): void {
  const flows = state.flows.get(object);
  if (!flows) return;
  try {
    runFlows(flows, trigger, {
      record,
      prior,
      isNew: prior === null,
      hidesPrior: trigger === 'RecordAfterSave' && !state.options.priorAfterSave,
      now: state.clock(),
      permissions: customPermissionsOf(state, as),
      publish(event, values) {
        const isHeard = trigger !== 'RecordBeforeDelete' || state.options.publishesBeforeDelete;
        if (isHeard) transaction.publish(event, values, as.id);
      },
      onFault: () => {
        state.counters.flowFaults++;
      },
      find: (target, filters) => matchingRows(state, target, filters)[0],
      update: (target, filters, values) => {
        const options = { autoAssign: false, allowDuplicates: true };
        transaction.savepoint(() => {
          for (const row of matchingRows(state, target, filters)) {
            saveRow({ state, transaction, object: target, values, prior: row, as, options, ...ALL_FLOWS });
          }
        });
      },
    });
  } catch (error) {
    if (!(error instanceof FlowFailure)) throw error;
    throw new SaveFailure(
      'CANNOT_EXECUTE_FLOW_TRIGGER',
      `We can't save this record because the “${error.flow}” process failed. ${error.message}`,
    );
  }
}

const templates = new WeakMap<ObjectDef, FieldValues>();

function defaults(object: ObjectDef, as: OrgUser): FieldValues {
  let template = templates.get(object);
  if (!template) {
    template = {};
    for (const field of object.fields.values()) if (!field.formula) template[field.name] = field.defaultValue;
    templates.set(object, template);
  }
  const row = { ...template };
  if ('OwnerId' in row) row.OwnerId = as.id;
  return row;
}

/** Fields that follow from others: the name of a person, whether an opportunity is closed and won. */
function derive(object: ObjectDef, row: FieldValues): void {
  if (object.name === 'Lead' || object.name === 'Contact') {
    const parts: (FieldValue | undefined)[] = [row.FirstName, row.LastName];
    row.Name = parts.filter((part) => typeof part === 'string' && part !== '').join(' ') || null;
  }
  if (object.name === 'Opportunity') {
    row.IsWon = row.StageName === 'Closed Won';
    row.IsClosed = row.IsWon || row.StageName === 'Closed Lost';
  }
}

/** Stamps are set inside the transaction, so before the commit. */
function stamp({ state, object, prior, as }: SaveRequest, row: FieldValues): void {
  const now = toStoredTime(state.clock() - state.options.slowTransaction);
  state.options.slowTransaction = 0;
  if (!prior) {
    row.Id = state.ids.next(object.prefix);
    row.CreatedDate = now;
    row.CreatedById = as.id;
  }
  row.LastModifiedDate = now;
  row.LastModifiedById = as.id;
  row.SystemModstamp = now;
}

/**
 * Lead assignment rules run on updates too unless the call says `Sforce-Auto-Assign: FALSE`.
 * https://developer.salesforce.com/docs/platform/api-rest/guide/headers-autoassign.md
 */
function reassign({ state, transaction, object }: SaveRequest, row: FieldValues): void {
  const userPrefix = state.schema.object('User')?.prefix ?? '005';
  if (object.name !== 'Lead') return;
  row.OwnerId = state.ids.next(userPrefix);
  transaction.count('reassignments');
}
