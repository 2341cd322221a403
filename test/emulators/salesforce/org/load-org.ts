import { isAbsolute, join } from 'node:path';
import type { Clock, Org, OrgUser } from '../org-contract.ts';
import { objectRights } from './access.ts';
import { EventBus } from './bus.ts';
import { convertLead } from './convert-lead.ts';
import { toStoredTime } from './datetime.ts';
import { describeAll, describeObject } from './describe-object.ts';
import { compileFormulaFields, fullRow } from './field-values.ts';
import { loadFilteredChannels } from './filtered-channels.ts';
import type { Flow } from './flow/flow-types.ts';
import { loadFlows } from './flow/load-flow.ts';
import { IdSource, seededRandom, toId18, toKey } from './ids.ts';
import { loadObjects } from './load-objects.ts';
import { loadCustomPermissions, loadPermissionSets, type PermissionSet } from './load-permissions.ts';
import type { ControlledOrg, OrgOptions } from './org-controls.ts';
import type { OrgState, OrgSwitches } from './org-state.ts';
import { objectNamed, settingValue, tableOf } from './org-state.ts';
import { checkFolders } from './package-folders.ts';
import { deleteRow, mergeRows, purgeRow, undeleteRow } from './remove-rows.ts';
import { fieldOf, Schema } from './schema.ts';
import { addRecordType, assign, listFlow, listLeadStatuses, listPermissionSet } from './setup-directory.ts';
import { loadMetadataRows, putMetadataRow, removeMetadataRow, setSettings } from './setup-rows.ts';
import { runSoql } from './soql/run-soql.ts';
import { picklistOf, standardObjects } from './standard-objects.ts';
import { keyOf } from './table.ts';
import { createRow, updateRow } from './write-rows.ts';

const repositoryRoot = join(import.meta.dirname, '../../../..');

/**
 * Makes an org of the given package directories. Throws MetadataError or FormulaError, naming file and element, for
 * anything in them that the emulator doesn't act out.
 */
export function loadOrg(options: OrgOptions = {}): ControlledOrg {
  return controls(newState(options));
}

function newState(options: OrgOptions): OrgState {
  const seed = options.seed ?? 'org';
  const clock: Clock = options.clock ?? Date.now;
  const ids = new IdSource(seed);
  const schema = new Schema();
  for (const object of standardObjects(options)) schema.add(object);
  const directories = (options.packageDirs ?? ['sfdx/main/default']).map((label) => ({
    label,
    path: isAbsolute(label) ? label : join(repositoryRoot, label),
  }));
  for (const { path, label } of directories) checkFolders(path, label);
  for (const { path, label } of directories) loadObjects(schema, path, label);
  for (const { path } of directories) loadCustomPermissions(schema, path);
  addPicklistValues(schema, options);
  for (const object of schema.objects.values()) compileFormulaFields(object);
  const events = [...schema.objects.values()].filter((object) => object.kind === 'event');
  const state: OrgState = {
    id: orgId(options.orgId, ids),
    clock,
    ids,
    random: seededRandom(`org ${seed}`),
    schema,
    tables: new Map(),
    flows: new Map(),
    idleFlows: new Map(),
    permissionSets: new Map(),
    users: new Map(),
    bus: new EventBus(
      seed,
      clock,
      events.map((event) => `/event/${event.name}`),
      directories.flatMap(({ path, label }) => loadFilteredChannels(schema, path, label)),
    ),
    counters: { reassignments: 0, duplicateAlerts: 0, flowFaults: 0, published: 0 },
    rules: new Map(),
    failingUpdates: new Map(),
    hidden: new Map(),
    options: switchesOf(options),
  };
  for (const { path, label } of directories) {
    for (const set of loadPermissionSets(schema, path, label)) state.permissionSets.set(set.name, set);
    for (const set of state.permissionSets.values()) listPermissionSet(state, set);
    const surroundings = { schema, setting: settingValue.bind(null, state) };
    for (const flow of loadFlows(path, label, surroundings)) addFlow(state, flow);
    loadMetadataRows(state, path, label);
  }
  addOrganization(state);
  listLeadStatuses(state);
  return state;
}

/** As a new org has them, where nothing else is asked for. */
function switchesOf(options: OrgOptions): OrgSwitches {
  return {
    requireValidationForConvertedLeads: options.requireValidationForConvertedLeads ?? false,
    timeZone: options.timeZone ?? 'America/Los_Angeles',
    duplicateRule: options.duplicateRule ?? false,
    assignmentRule: options.assignmentRule ?? true,
    flowsAtConversion: options.flowsAtConversion ?? true,
    priorAfterSave: options.priorAfterSave ?? true,
    publishesBeforeDelete: options.publishesBeforeDelete ?? true,
    refusedPublishes: 0,
    lostPublishes: 0,
    slowTransaction: 0,
  };
}

function orgId(wanted: string | undefined, ids: IdSource): string {
  if (wanted === undefined) return ids.next('00D');
  const key = toKey(wanted);
  if (key === undefined || !key.startsWith('00D')) throw new Error(`not an org id: ${wanted}`);
  return toId18(key);
}

function addPicklistValues(schema: Schema, options: OrgOptions): void {
  const lead = schema.object('Lead');
  const statuses = lead && fieldOf(lead, 'Status')?.picklist;
  for (const { value, converted = false } of options.leadStatuses ?? []) {
    const known = statuses?.find((entry) => entry.value === value);
    if (known) known.converted = converted;
    else statuses?.push({ value, label: value, active: true, converted });
  }
  const contact = schema.object('Contact');
  const stages = contact && fieldOf(contact, 'OneSignal_Lifecycle_Stage__c')?.picklist;
  for (const { value } of options.contactStages ?? []) {
    if (!stages?.some((entry) => entry.value === value)) stages?.push(...picklistOf([value]));
  }
}

/** Flows of one object and trigger run by their trigger order, then by name. */
function addFlow(state: OrgState, flow: Flow): void {
  listFlow(state, flow);
  if (!flow.active) {
    state.idleFlows.set(flow.name, flow);
    return;
  }
  const flows = state.flows.get(flow.object) ?? [];
  flows.push(flow);
  flows.sort((a, b) => a.order - b.order || (a.name < b.name ? -1 : 1));
  state.flows.set(flow.object, flows);
}

function deactivateFlow(state: OrgState, name: string): void {
  for (const [object, flows] of state.flows) {
    const flow = flows.find((one) => one.name === name);
    if (flow === undefined) continue;
    state.flows.set(
      object,
      flows.filter((one) => one !== flow),
    );
    const idle = { ...flow, active: false };
    state.idleFlows.set(name, idle);
    listFlow(state, idle);
    return;
  }
  throw new Error(`no active flow ${name}`);
}

function activateFlow(state: OrgState, name: string): void {
  const flow = state.idleFlows.get(name);
  if (flow === undefined) throw new Error(`no idle flow ${name}`);
  state.idleFlows.delete(name);
  addFlow(state, { ...flow, active: true });
}

function changePermissionSet(state: OrgState, name: string, change: (set: PermissionSet) => void): void {
  const set = state.permissionSets.get(name);
  if (set === undefined) throw new Error(`no permission set ${name}`);
  change(set);
  listPermissionSet(state, set);
}

/** https://help.salesforce.com/s/articleView?id=sales.account_person.htm : one person, an account and a contact row. */
function makePersonAccount(state: OrgState, contactId: string): void {
  const contacts = tableOf(state, objectNamed(state, 'Contact'));
  const contact = contacts.get(keyOf(contactId));
  if (contact === undefined) throw new Error(`no contact ${contactId}`);
  contacts.put(keyOf(contactId), { ...contact, IsPersonAccount: true });
}

function addOrganization(state: OrgState): void {
  const object = objectNamed(state, 'Organization');
  const now = toStoredTime(state.clock());
  tableOf(state, object).put(keyOf(state.id), {
    ...Object.fromEntries([...object.fields.values()].map((field) => [field.name, field.defaultValue])),
    Id: state.id,
    Name: 'Emulated Org',
    InstanceName: 'EMU1',
    OrganizationType: 'Enterprise Edition',
    TimeZoneSidKey: state.options.timeZone,
    CreatedDate: now,
    LastModifiedDate: now,
    SystemModstamp: now,
  });
}

function addUser(state: OrgState, user: Parameters<Org['addUser']>[0]): OrgUser {
  const object = objectNamed(state, 'User');
  const permissionSets = user.permissionSets ?? [];
  for (const name of permissionSets) {
    if (!state.permissionSets.has(name)) throw new Error(`no permission set ${name}`);
  }
  const now = toStoredTime(state.clock());
  const added: OrgUser = {
    id: state.ids.next(object.prefix),
    username: user.username,
    permissionSets: [...permissionSets],
    isAdministrator: user.isAdministrator ?? false,
  };
  state.users.set(user.username, added);
  tableOf(state, object).put(keyOf(added.id), {
    ...Object.fromEntries([...object.fields.values()].map((field) => [field.name, field.defaultValue])),
    ...{ Id: added.id, Username: user.username, Name: user.username, IsActive: true },
    ...{ CreatedDate: now, LastModifiedDate: now, SystemModstamp: now },
  });
  assign(state, added);
  return added;
}

function maySubscribe(state: OrgState, channel: string, as: OrgUser): 'allowed' | 'denied' | 'unknown' {
  if (!state.bus.has(channel)) return 'unknown';
  const event = objectNamed(state, state.bus.sourceOf(channel).slice('/event/'.length));
  return objectRights(state, as, event).read ? 'allowed' : 'denied';
}

function dataOf(state: OrgState): Omit<Org, 'id' | 'now' | 'counters'> {
  const open: Org['open'] = (soql, as, options) => runSoql(state, soql, as, options?.all ?? false);
  return {
    addUser: (user) => addUser(state, user),
    user: (username) => state.users.get(username),
    create: (object, values, as, options) => createRow(state, object, values, as, options),
    update: (object, id, values, as, options) => updateRow(state, object, id, values, as, options),
    delete: (object, id, as) => deleteRow(state, object, id, as),
    undelete: (object, id, as) => undeleteRow(state, object, id, as),
    purge: (object, id) => purgeRow(state, object, id),
    convertLead: (leadId, as, options) => convertLead(state, leadId, as, options),
    open,
    query: (soql, as, options) => {
      const found = open(soql, as, options);
      return found.page(0, found.total);
    },
    describe: (object, as) => describeObject(state, object, as),
    describeGlobal: (as) => describeAll(state, as),
    peek: (object, id) => {
      const definition = objectNamed(state, object);
      const row = tableOf(state, definition).get(toKey(id) ?? '');
      return row && fullRow(definition, row, state.clock());
    },
    rows: (object) => {
      const definition = objectNamed(state, object);
      const now = state.clock();
      const live = [...tableOf(state, definition).values()].filter((row) => row.IsDeleted !== true);
      return live.map((row) => fullRow(definition, row, now));
    },
    onPublish: (listener) => state.bus.onPublish(listener),
    shownOn: (channel, event) => state.bus.shownOn(channel, event),
    retained: (channel) => state.bus.retained(channel),
    lastReplayId: (channel) => state.bus.lastReplayId(channel),
    knowsReplayId: (channel, replayId) => state.bus.knowsReplayId(channel, replayId),
    maySubscribe: (channel, as) => maySubscribe(state, channel, as),
    setSettings: (values) => setSettings(state, values),
    putMetadataRow: (type, name, values) => putMetadataRow(state, type, name, values),
    removeMetadataRow: (type, name) => removeMetadataRow(state, type, name),
    hide: (id, options) => {
      state.hidden.set(keyOf(id), options?.evenViewAll ? 'everybody' : 'withoutViewAll');
    },
    unhide: (id) => {
      state.hidden.delete(keyOf(id));
    },
  };
}

function controls(state: OrgState): ControlledOrg {
  return {
    id: state.id,
    now: state.clock,
    counters: state.counters,
    ...dataOf(state),
    addValidationRule: (object, rule, message, field) => {
      const definition = objectNamed(state, object);
      const rules = state.rules.get(definition) ?? [];
      state.rules.set(definition, [...rules, { rule, message, field: field ?? null }]);
    },
    removeValidationRules: (object) => {
      state.rules.delete(objectNamed(state, object));
    },
    failNextUpdate: (id, errorCode, times = 1) => {
      const error = { statusCode: errorCode, message: `emulated ${errorCode}`, fields: [] };
      state.failingUpdates.set(keyOf(id), { error, left: times });
    },
    merge: (object, masterId, loserIds, as, values) => mergeRows(state, object, masterId, loserIds, as, values),
    makePersonAccount: (contactId) => makePersonAccount(state, contactId),
    refusePublishing: (events) => {
      state.options.refusedPublishes = events;
    },
    losePublished: (events) => {
      state.options.lostPublishes = events;
    },
    slowTransaction: (ms) => {
      state.options.slowTransaction = ms;
    },
    addRecordType: (object, name) => addRecordType(state, object, name),
    deactivateFlow: (name) => deactivateFlow(state, name),
    activateFlow: (name) => activateFlow(state, name),
    changePermissionSet: (name, change) => changePermissionSet(state, name, change),
    orgMoved: () => state.bus.restart(),
    setSwitch: (name, value) => {
      state.options[name] = value;
    },
  };
}
