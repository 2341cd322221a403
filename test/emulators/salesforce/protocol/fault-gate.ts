import type { NextFunction, Request, Response } from 'express';
import type { EmulatedOrg } from './emulated-org.ts';
import type { Endpoint } from './fault-state.ts';

/** Canned answers and lost replies, in front of everything else. */
export function faultGate(emulated: EmulatedOrg) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const endpoints = endpointsOf(request.path);
    // The login keeps its address; the instance's name leads nowhere any more.
    if (request.headers.host === emulated.faults.retiredHost && !endpoints.includes('token')) {
      request.socket.destroy();
      return;
    }
    const canned = firstOf(endpoints, (endpoint) => emulated.faults.nextAnswer(endpoint));
    if (canned) {
      request.resume();
      response.status(canned.status).set('Content-Type', canned.contentType).send(canned.body);
      return;
    }
    // CometD loses replies where it sends them, since a long poll ends much later.
    const isLost = endpoints.some((endpoint) => endpoint !== 'cometd' && emulated.faults.takeLostReply(endpoint));
    if (isLost) breakInsteadOfAnswer(response);
    next();
  };
}

/** The names that a fault can be ordered under, the narrowest first. */
function endpointsOf(path: string): Endpoint[] {
  if (path.startsWith('/cometd')) return ['cometd'];
  if (path === '/services/oauth2/token') return ['token'];
  if (!path.startsWith('/services/data')) return [];
  if (path.endsWith('/composite/sobjects')) return ['collections', 'rest'];
  if (/\/jobs\/query\/\w+\/results$/.test(path)) return ['bulkResults', 'rest'];
  return /\/jobs\/query\b/.test(path) ? ['bulkJobs', 'rest'] : ['rest'];
}

function firstOf<Given, Found>(all: readonly Given[], find: (one: Given) => Found | undefined): Found | undefined {
  for (const one of all) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

function breakInsteadOfAnswer(response: Response): void {
  response.end = () => {
    response.socket?.destroy();
    return response;
  };
}
