import type { Clock, FieldValues, Org, OrgUser, SaveResult } from '../org-contract.ts';
import type { PermissionSet } from './load-permissions.ts';
import type { OrgSwitches, ValidationRule } from './org-state.ts';

export interface OrgOptions {
  /** Package directories, relative to the repository root or absolute. Default: `sfdx/main/default`. */
  packageDirs?: string[];
  /** Every id, uuid and replay id follows from it. */
  seed?: string;
  clock?: Clock;
  /** Lead statuses that the org has besides those of a new one. */
  leadStatuses?: { value: string; converted?: boolean }[];
  /** Values that the org added to the stage picklist of the contact. */
  contactStages?: { value: string }[];
  /** 15 or 18 characters, starts with 00D. */
  orgId?: string;
  requireValidationForConvertedLeads?: boolean;
  /** Person accounts are on: contacts and accounts have `IsPersonAccount`. */
  personAccounts?: boolean;
  /** Of the whole org, by IANA name. Default `America/Los_Angeles`, that of a new org. */
  timeZone?: string;
  duplicateRule?: boolean;
  /** Whether after-save flows run for the lead at a conversion: default true. */
  flowsAtConversion?: boolean;
  /** Whether events of a before-delete flow get out: default true. */
  publishesBeforeDelete?: boolean;
  /** Whether an after-save flow knows the values before: default true. */
  priorAfterSave?: boolean;
  /** Whether a lead assignment rule is active. Default: true. */
  assignmentRule?: boolean;
}

/** The org with the levers that tests pull; nothing here is part of any Salesforce API. */
export interface ControlledOrg extends Org {
  /** A validation rule: refuses the save with FIELD_CUSTOM_VALIDATION_EXCEPTION when it returns true. */
  addValidationRule(object: string, rule: ValidationRule, message: string, field?: string): void;
  removeValidationRules(object: string): void;
  /** The next updates of the record fail with the code, `times` times (once by default). */
  failNextUpdate(id: string, errorCode: string, times?: number): void;
  /** Merges losers into a master; the values are what the master takes over. */
  merge(object: string, masterId: string, loserIds: string[], as: OrgUser, values?: FieldValues): SaveResult;
  /** The next events are refused while publishing, with LIMIT_EXCEEDED. */
  refusePublishing(events: number): void;
  /** The next events are accepted and then lost: they never reach the bus. */
  losePublished(events: number): void;
  /** The next save is stamped this many milliseconds before it is committed. */
  slowTransaction(ms: number): void;
  /** Somebody makes a record type in Setup. Returns its id. */
  addRecordType(object: string, developerName: string): string;
  /** Somebody deactivates a flow in Setup. */
  deactivateFlow(name: string): void;
  /** And activates it again. */
  activateFlow(name: string): void;
  /** Somebody edits a permission set in Setup. */
  changePermissionSet(name: string, change: (set: PermissionSet) => void): void;
  /** The org moves to another instance: replay ids start elsewhere and the old ones are invalid. */
  orgMoved(): void;
  /** Makes a contact and its account one person account, as a conversion without a company does. */
  makePersonAccount(contactId: string): void;
  setSwitch<Name extends keyof OrgSwitches>(name: Name, value: OrgSwitches[Name]): void;
}
