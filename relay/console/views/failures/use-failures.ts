import { useState } from 'preact/hooks';
import type { Failures } from '../../../server/console/contract.ts';
import { get } from '../../session/api.ts';
import { type Resource, useResource } from '../../session/resource.ts';

export interface FailuresResource extends Resource<Failures> {
  /** Undefined on the last page. */
  more: (() => void) | undefined;
}

/** The failed records of a reason, or of all: as many pages as were asked for, so that a reload keeps them. */
export function useFailures(reason: string | null): FailuresResource {
  const [pages, setPages] = useState({ reason, count: 1 });
  const wanted = pages.reason === reason ? pages.count : 1;
  const resource = useResource(`failures/${reason ?? ''}`, (signal) => readPages(reason, wanted, signal));
  const more = () => {
    setPages({ reason, count: wanted + 1 });
    resource.reload();
  };
  return { ...resource, more: resource.data?.after == null ? undefined : more };
}

async function readPages(reason: string | null, count: number, signal: AbortSignal): Promise<Failures> {
  let told = await readPage(reason, null, signal);
  for (let page = 1; page < count && told.after !== null; page += 1) {
    const next = await readPage(reason, told.after, signal);
    told = { ...next, records: [...told.records, ...next.records] };
  }
  return told;
}

function readPage(reason: string | null, after: string | null, signal: AbortSignal): Promise<Failures> {
  const query = new URLSearchParams();
  if (reason !== null) query.set('reason', reason);
  if (after !== null) query.set('after', after);
  return get<Failures>(`/api/failures${query.size === 0 ? '' : `?${query}`}`, signal);
}
