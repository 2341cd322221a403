import { type Request, type Response, Router } from 'express';
import { type FieldValues, OrgRefusal, type OrgUser, type SaveOptions, type SaveResult } from '../org-contract.ts';
import type { EmulatedOrg } from './emulated-org.ts';
import { callerOf } from './rest-gate.ts';
import { saveHeaders } from './save-headers.ts';
import { fieldValues, isObject } from './sent-fields.ts';

const mostRecords = 200;
const mostChunks = 10;

interface SentRecord {
  type: string;
  id: string | undefined;
  values: FieldValues;
}

/**
 * sObject collections: up to 200 records, one result each in order, HTTP 200 even when rows fail.
 * https://developer.salesforce.com/docs/platform/api-rest/guide/resources-composite-sobjects-collections-update.html
 */
export function collectionRoutes(emulated: EmulatedOrg): Router {
  const router = Router();
  router.patch('/composite/sobjects', (request, response) => {
    emulated.stats.count('collections');
    saveAll(request, response, (record, options, user) => updateRow(emulated, record, options, user));
  });
  router.post('/composite/sobjects', (request, response) => {
    emulated.stats.count('collectionsCreate');
    saveAll(request, response, (record, options, user) => createRow(emulated, record, options, user));
  });
  return router;
}

type SaveRow = (record: SentRecord, options: SaveOptions, user: OrgUser) => SaveResult;

function saveAll(request: Request, response: Response, saveRow: SaveRow): void {
  const body: unknown = request.body;
  const sent = isObject(body) ? body.records : undefined;
  if (!isObject(body) || !Array.isArray(sent)) {
    throw new OrgRefusal('INVALID_INPUT', 'The records list is required.');
  }
  if (sent.length > mostRecords) {
    throw new OrgRefusal(
      'EXCEEDED_ID_LIMIT',
      `record limit reached. cannot submit more than ${mostRecords} records into this call`,
    );
  }
  const records = sent.map(readRecord);
  if (countRuns(records) > mostChunks) {
    throw new OrgRefusal('LIMIT_EXCEEDED', `Cannot have more than ${mostChunks} chunks in a single operation`);
  }
  const { user } = callerOf(request);
  const options = saveHeaders(request);
  const results = records.map((record) => saveRow(record, options, user));
  if (body.allOrNone === true && results.some((result) => !result.success)) {
    // The org has no rollback, so a half-saved request must not pass for a judged one.
    throw new Error('allOrNone with a failed row is not emulated');
  }
  response.json(results);
}

function updateRow(emulated: EmulatedOrg, record: SentRecord, options: SaveOptions, user: OrgUser): SaveResult {
  if (record.id === undefined) return failed('MISSING_ARGUMENT', 'Id not specified in an update call', ['Id']);
  emulated.stats.countWrite(record.id, options);
  const fault = emulated.faults.takeRowFault(record.id);
  if (fault) return { success: false, errors: [fault] };
  return rowResult(() => emulated.org.update(record.type, record.id ?? '', record.values, user, options));
}

function createRow(emulated: EmulatedOrg, record: SentRecord, options: SaveOptions, user: OrgUser): SaveResult {
  if (record.id !== undefined) {
    return failed('INVALID_FIELD_FOR_INSERT_UPDATE', 'cannot specify Id in an insert call', ['Id']);
  }
  return rowResult(() => emulated.org.create(record.type, record.values, user, options));
}

/** A refusal that concerns one row (an unknown type, say) stays with that row. */
function rowResult(save: () => SaveResult): SaveResult {
  try {
    return save();
  } catch (error) {
    if (error instanceof OrgRefusal) return failed(error.errorCode, error.message, []);
    throw error;
  }
}

function failed(statusCode: string, message: string, fields: string[]): SaveResult {
  return { success: false, errors: [{ statusCode, message, fields }] };
}

function readRecord(sent: unknown): SentRecord {
  const attributes = isObject(sent) ? sent.attributes : undefined;
  const type = isObject(attributes) ? attributes.type : undefined;
  if (!isObject(sent) || typeof type !== 'string') {
    throw new OrgRefusal('INVALID_TYPE', 'sObject type must be specified in the attributes of each record');
  }
  const id = sent.id ?? sent.Id;
  return { type, id: typeof id === 'string' && id !== '' ? id : undefined, values: fieldValues(sent) };
}

/** Salesforce processes runs of one type as a chunk each. */
function countRuns(records: SentRecord[]): number {
  return records.filter((record, index) => record.type !== records[index - 1]?.type).length;
}
