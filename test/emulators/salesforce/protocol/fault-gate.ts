import type { NextFunction, Request, Response } from 'express';
import type { EmulatedOrg } from './emulated-org.ts';
import type { Endpoint } from './fault-state.ts';

/** Canned answers and lost replies, in front of everything else. */
export function faultGate(emulated: EmulatedOrg) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const endpoint = endpointOf(request.path);
    const canned = endpoint && emulated.faults.nextAnswer(endpoint);
    if (canned) {
      request.resume();
      response.status(canned.status).set('Content-Type', canned.contentType).send(canned.body);
      return;
    }
    // CometD loses replies where it sends them, since a long poll ends much later.
    if (endpoint && endpoint !== 'cometd' && emulated.faults.takeLostReply(endpoint)) breakInsteadOfAnswer(response);
    next();
  };
}

function endpointOf(path: string): Endpoint | undefined {
  if (path.startsWith('/cometd')) return 'cometd';
  if (path.startsWith('/services/data')) return 'rest';
  if (path === '/services/oauth2/token') return 'token';
  return undefined;
}

function breakInsteadOfAnswer(response: Response): void {
  response.end = () => {
    response.socket?.destroy();
    return response;
  };
}
