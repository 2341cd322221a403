import type { ErrorMeanings } from './request-errors.ts';

/**
 * A job that is gone was deleted, or is older than seven days: Salesforce finds no such job, or calls its id or its locator
 * invalid. A job of another API version gives no results either (409). Whichever it is, a new one has to be started.
 * https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0_errors.htm and
 * https://developer.salesforce.com/docs/platform/api-asynch/guide/query-get-job-results.md
 */
export const MEANINGS_OF_A_JOB: ErrorMeanings = {
  NOT_FOUND: 'BULK_QUERY_GONE',
  ERROR_HTTP_404: 'BULK_QUERY_GONE',
  ERROR_HTTP_409: 'BULK_QUERY_GONE',
  INVALIDJOB: 'BULK_QUERY_GONE',
  INVALIDLOCATOR: 'BULK_QUERY_GONE',
  INVALID_LOCATOR: 'BULK_QUERY_GONE',
  INVALID_QUERY_LOCATOR: 'BULK_QUERY_GONE',
};

/**
 * 10,000 jobs and 1 TB of results a day.
 * https://developer.salesforce.com/docs/platform/salesforce-app-limits-cheatsheet/guide/salesforce-app-limits-platform-bulkapi.html;
 * the codes: the page above, and
 * https://github.com/airbytehq/airbyte/blob/master/airbyte-integrations/connectors/source-salesforce/source_salesforce/rate_limiting.py
 */
export const MEANINGS_OF_A_NEW_JOB: ErrorMeanings = {
  LIMIT_EXCEEDED: 'BULK_QUERY_LIMIT',
  EXCEEDEDQUOTA: 'BULK_QUERY_LIMIT',
};
