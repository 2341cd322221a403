import type { Request } from 'express';
import type { SaveOptions } from '../org-contract.ts';

/**
 * The two headers that decide what a save sets off. Without `Sforce-Auto-Assign: FALSE` assignment rules run, on updates
 * too; an assignment rule's id counts as true. https://developer.salesforce.com/docs/platform/api-rest/guide/headers-autoassign.md
 */
export function saveHeaders(request: Request): SaveOptions {
  return {
    autoAssign: (request.get('Sforce-Auto-Assign') ?? 'TRUE').trim().toUpperCase() !== 'FALSE',
    allowDuplicates: /(^|[;,\s])allowSave\s*=\s*true\b/i.test(request.get('Sforce-Duplicate-Rule-Header') ?? ''),
  };
}
