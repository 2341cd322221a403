import { Router } from 'express';
import { OrgRefusal } from '../org-contract.ts';
import type { EmulatedOrg } from './emulated-org.ts';
import { callerOf } from './rest-gate.ts';
import { sendRowErrors } from './rest-refusal.ts';
import { saveHeaders } from './save-headers.ts';
import { fieldValues } from './sent-fields.ts';

/** One record at a time, and the descriptions of objects. */
export function recordRoutes(emulated: EmulatedOrg): Router {
  const { org, stats } = emulated;
  const router = Router();

  router.get('/sobjects', (request, response) => {
    stats.count('describeGlobal');
    response.json({ encoding: 'UTF-8', maxBatchSize: 200, sobjects: org.describeGlobal(callerOf(request).user) });
  });
  router.get('/sobjects/:type/describe', (request, response) => {
    stats.count('describe');
    response.json(org.describe(request.params.type, callerOf(request).user));
  });
  router.post('/sobjects/:type', (request, response) => {
    stats.count('create');
    const { user } = callerOf(request);
    const result = org.create(request.params.type, fieldValues(request.body), user, saveHeaders(request));
    if (result.success) response.status(201).json(result);
    else sendRowErrors(response, result.errors);
  });
  router.get('/sobjects/:type/:id', (request, response) => {
    stats.count('retrieve');
    const { type, id } = request.params;
    const { user } = callerOf(request);
    const asked = request.query.fields;
    const fields =
      typeof asked === 'string'
        ? asked
        : org
            .describe(type, user)
            .fields.map(({ name }) => name)
            .join(',');
    if (!/^[a-zA-Z0-9]{15,18}$/.test(id)) throw new OrgRefusal('NOT_FOUND', 'Provided id is malformed', 404);
    const [row] = org.query(`SELECT ${fields} FROM ${type} WHERE Id = '${id}'`, user);
    if (!row) throw new OrgRefusal('NOT_FOUND', 'The requested resource does not exist', 404);
    response.json(row);
  });
  router.patch('/sobjects/:type/:id', (request, response) => {
    stats.count('update');
    const { type, id } = request.params;
    const options = saveHeaders(request);
    stats.countWrite(id, options);
    const fault = emulated.faults.takeRowFault(id);
    const result = fault
      ? { success: false as const, errors: [fault] }
      : org.update(type, id, fieldValues(request.body), callerOf(request).user, options);
    if (result.success) response.status(204).end();
    else sendRowErrors(response, result.errors);
  });
  router.delete('/sobjects/:type/:id', (request, response) => {
    stats.count('delete');
    const result = org.delete(request.params.type, request.params.id, callerOf(request).user);
    if (result.success) response.status(204).end();
    else sendRowErrors(response, result.errors);
  });
  return router;
}
