import { isRelayError } from '../config/relay-error.ts';
import { addressFields } from '../mapping/addresses.ts';
import type { MappingDraft } from '../mapping/mapping-draft.ts';
import { type Mapping, type MappingRow, readMapping } from '../mapping/mapping-rows.ts';
import { PERSON_ACCOUNT_FIELD } from '../mapping/person.ts';
import { loadPhoneNumbers } from '../mapping/phone-number.ts';
import { OBJECT_NAMES, type ObjectName } from '../mapping/record.ts';
import { readSettings, type Settings, type SettingsRow } from '../mapping/settings.ts';
import type { MappedFields } from '../salesforce/record-reader.ts';
import type { SalesforceSession } from '../salesforce/session.ts';
import {
  type FieldTypes,
  type MappingRows,
  readFieldTypes,
  readMappingRows,
  readSettingsRow,
  readTimeZone,
} from '../salesforce/setup-reader.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Gate } from './gate.ts';
import { sleep } from './gate.ts';
import { OPT_OUTS } from './transitions/transition-verdicts.ts';

/** How often the org is asked for what admins set, ms. */
export interface SetupPace {
  settingsMs: number;
  mappingMs: number;
}

/** A pause must hold within 60 s; mapping rows change rarely, and each look at them costs several of the org's calls. */
const USUAL_PACE: SetupPace = { settingsMs: 45_000, mappingMs: 300_000 };

/** What admins and sales ops set in the org, as the relay last read it. */
export interface Setup {
  readonly settings: Settings;
  readonly mapping: Mapping;
  readonly mappedFields: MappedFields;
  /** What is wrong with the settings, with mapping rows, and with what the integration user may see. */
  readonly warnings: Readonly<Record<'settings' | 'rows' | 'access', readonly string[]>>;
  /** Reads everything again. Rejects with RelayError; the last good reading stays. */
  refresh(): Promise<void>;
  /** Keeps reading until the signal aborts. */
  watch(signal: AbortSignal): Promise<void>;
}

type SetupRows = Readonly<Record<keyof MappingRows, readonly MappingRow[]>>;

export interface SetupOptions {
  session: SalesforceSession;
  gate: Gate;
  logger: Logger;
  onPause(isPaused: boolean): void;
  /** Keeping on reading waits until calls may be made; at once without it. */
  passable?: ((signal: AbortSignal) => Promise<void>) | undefined;
  /** Counts in place of what the org has. */
  draft?: MappingDraft | undefined;
  pace?: SetupPace | undefined;
}

export function createSetup(options: SetupOptions): Setup {
  const { session, gate, logger, onPause, passable, draft, pace = USUAL_PACE } = options;
  let row: SettingsRow | undefined;
  let rows: SetupRows = { stages: [], tags: [] };
  let types: FieldTypes = { Lead: new Map(), Contact: new Map() };
  let timeZone = 'UTC';
  let current = interpret(row, rows, types, timeZone);
  const named = new Set<string>();

  const adopt = async () => {
    if (readSettings(row).settings.syncPhone) await loadPhoneNumbers();
    const before = current;
    current = interpret(row, rows, types, timeZone);
    const warnings = Object.values(current.warnings).flat();
    for (const warning of warnings) if (!named.has(warning)) logger.warn(warning);
    named.clear();
    for (const warning of warnings) named.add(warning);
    if (before.settings.isPaused !== current.settings.isPaused) onPause(current.settings.isPaused);
  };
  const readRow = async () => {
    const inOrg = await readSettingsRow(session);
    return draft?.settings === undefined ? inOrg : { ...inOrg, ...draft.settings };
  };
  const refreshSettings = async () => {
    row = await readRow();
    await adopt();
  };
  const refresh = async () => {
    const newRow = await readRow();
    const inOrg = await readMappingRows(session);
    const newRows = { stages: draft?.stages ?? inOrg.stages, tags: draft?.tags ?? inOrg.tags };
    types = await readFieldTypes(session, relationshipsIn(newRows.tags));
    if (newRows.tags.some(({ Transform__c: transform }) => transform === 'unix_seconds'))
      timeZone = await readTimeZone(session);
    [row, rows] = [newRow, newRows];
    await adopt();
  };

  const watchOnce = async (read: () => Promise<void>): Promise<boolean> => {
    try {
      await read();
      gate.open();
      return true;
    } catch (error) {
      if (!isRelayError(error)) throw error;
      gate.close(error);
      return false;
    }
  };

  return {
    get settings() {
      return current.settings;
    },
    get mapping() {
      return current.mapping;
    },
    get mappedFields() {
      return current.mappedFields;
    },
    get warnings() {
      return current.warnings;
    },
    refresh,
    async watch(signal) {
      for (let sinceMapping = pace.settingsMs; !signal.aborted; sinceMapping += pace.settingsMs) {
        await sleep(pace.settingsMs, signal);
        await passable?.(signal);
        const isMappingDue = sinceMapping >= pace.mappingMs;
        const isRead = await gate.through(signal, () => watchOnce(isMappingDue ? refresh : refreshSettings));
        if (isMappingDue && isRead) sinceMapping = 0;
      }
    },
  };
}

function interpret(row: SettingsRow | undefined, rows: SetupRows, types: FieldTypes, timeZone: string) {
  const { settings, warnings } = readSettings(row);
  const read = readMapping(rows, settings, (object, field) => types[object].get(field), timeZone);
  const hasPersonAccounts = types.Contact.has(PERSON_ACCOUNT_FIELD);
  const addressesOf = (object: ObjectName) => addressFields(object, settings, read.mapping.consents);
  const fieldsOf = (object: ObjectName) => [
    ...(object === 'Contact' && hasPersonAccounts ? [PERSON_ACCOUNT_FIELD] : []),
    ...read.mapping.fields.filter((field) => field.object === object).map(({ field }) => field),
    ...Object.values(addressesOf(object))
      .flat()
      .filter((field) => types[object].has(field)),
    ...[...read.mapping.messages[object].values()]
      .flatMap(({ channel }) => OPT_OUTS[channel] ?? [])
      .filter((field) => types[object].has(field)),
  ];
  const mappedFields = Object.fromEntries(
    OBJECT_NAMES.map((object) => [object, [...new Set(fieldsOf(object))]]),
  ) as Record<ObjectName, string[]>;
  const hidden = OBJECT_NAMES.flatMap((object) => hiddenAddressFields(object, addressesOf(object), types));
  return {
    settings,
    mapping: read.mapping,
    mappedFields,
    warnings: {
      settings: warnings,
      rows: read.warnings,
      access: [...hidden, ...(hasPersonAccounts ? [PERSON_ACCOUNTS] : [])],
    },
  };
}

/** Where nothing was read yet, nothing is hidden. */
function hiddenAddressFields(
  object: ObjectName,
  { needed }: ReturnType<typeof addressFields>,
  types: FieldTypes,
): string[] {
  if (types[object].size === 0) return [];
  const hidden = needed.filter((field) => !types[object].has(field));
  return hidden.map(
    (field) =>
      `${object}.${field} is missing or hidden from the integration user: no address that depends on it is sent`,
  );
}

const PERSON_ACCOUNTS = 'This org has person accounts: their contacts are not synced';

function relationshipsIn(tagRows: readonly MappingRow[]): Set<string> {
  const steps = tagRows.map(({ Field__c: field }) =>
    typeof field === 'string' && field.includes('.') ? field.split('.')[0] : undefined,
  );
  return new Set(steps.filter((step) => step !== undefined));
}
