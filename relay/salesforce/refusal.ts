/**
 * What an answer that is no success says: Salesforce's code, or one of jsforce's form where the body is none of Salesforce's.
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
 * @returns an error with `errorCode` and `httpCode`, for `toRelayError`; Salesforce's own text stays out
 */
export function refusal(statusCode: number, text: string): Error {
  const httpCode = `ERROR_HTTP_${statusCode}`;
  return Object.assign(new Error('Salesforce refused a request.'), {
    errorCode: errorCodeIn(text) ?? httpCode,
    httpCode,
  });
}

function errorCodeIn(text: string): unknown {
  try {
    const [first]: unknown[] = [JSON.parse(text)].flat();
    return typeof first === 'object' && first !== null && 'errorCode' in first ? first.errorCode : undefined;
  } catch {
    return undefined;
  }
}
