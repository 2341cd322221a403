import type { ComponentChildren, JSX } from 'preact';
import type { Resource } from '../session/resource.ts';
import { FailureNotice } from './notice.tsx';

interface ToldProps<Data> {
  of: Resource<Data>;
  /** What is awaited, for those who can’t see that something moves. */
  what: string;
  children(data: Data): ComponentChildren;
}

/** What the relay was asked for, in each state: awaited, told, refused, and told but not to be had anew. */
export function Told<Data>({ of: { data, failure, reload }, what, children }: ToldProps<Data>): JSX.Element {
  return (
    <>
      {failure !== undefined && <FailureNotice failure={failure} again={reload} />}
      {data !== undefined && children(data)}
      {data === undefined && failure === undefined && <Loading what={what} />}
    </>
  );
}

export function Loading({ what }: { what: string }): JSX.Element {
  return (
    <div class="loading" role="status">
      <span class="unseen">Loading {what}</span>
      <span class="bone wide" />
      <span class="bone" />
      <span class="bone narrow" />
    </div>
  );
}

/** Where there is nothing to show, which is often good news. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }): JSX.Element {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children !== undefined && <p>{children}</p>}
    </div>
  );
}
