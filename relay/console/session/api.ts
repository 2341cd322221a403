import type { ApiError } from '../../server/console/contract.ts';
import { signedOut } from './session.ts';

/** An answer above 399, or none at all: a sentence for the person who looks at the page, and what to do next. */
export class ApiFailure extends Error {
  readonly code: string;
  readonly next: string;
  /** 0 where the relay did not answer. */
  readonly status: number;

  constructor(status: number, { code, message, next }: ApiError) {
    super(message);
    this.name = 'ApiFailure';
    this.status = status;
    this.code = code;
    this.next = next;
  }
}

const UNREACHABLE: ApiError = {
  code: 'RELAY_UNREACHABLE',
  message: 'The relay does not answer.',
  next: 'Look whether it runs, and whether this machine still reaches it. The page tries again by itself.',
};

const UNREADABLE: ApiError = {
  code: 'ANSWER_UNREADABLE',
  message: 'The relay’s answer can’t be read.',
  next: 'Look at what stands between this page and the relay, such as a proxy with a login of its own.',
};

/** @param signal where the answer is no longer wanted @throws ApiFailure; an AbortError once `signal` is aborted */
export function get<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  return ask<Answer>(path, signal === undefined ? {} : { signal });
}

/** @throws ApiFailure */
export function post<Answer>(path: string, body: unknown): Promise<Answer> {
  return ask<Answer>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function ask<Answer>(path: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(path, { ...init, credentials: 'same-origin' }).catch((error: unknown) => {
    throw init.signal?.aborted === true ? error : new ApiFailure(0, UNREACHABLE);
  });
  if (response.ok) return response.status === 204 ? (undefined as Answer) : readJson<Answer>(response);
  const failure = new ApiFailure(response.status, await readJson<ApiError>(response));
  // A wrong token at the login is an answer to the login, which is shown already.
  if (response.status === 401 && path !== '/api/login') signedOut();
  throw failure;
}

async function readJson<Answer>(response: Response): Promise<Answer> {
  try {
    return (await response.json()) as Answer;
  } catch {
    throw new ApiFailure(response.status, UNREADABLE);
  }
}
