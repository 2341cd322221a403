import type { ComponentChildren, JSX } from 'preact';
import type { ApiFailure } from '../session/api.ts';
import type { Tone } from '../words/health.ts';
import { Icon } from './icon.tsx';

interface NoticeProps {
  tone: Tone;
  title: string;
  /** The stable code, for the documentation and for programs. */
  code?: string;
  next?: string;
  children?: ComponentChildren;
}

/** Something that a person should know: what it is, and what to do next. */
export function Notice({ tone, title, code, next, children }: NoticeProps): JSX.Element {
  return (
    <div class={`notice tone-${tone}`}>
      <Icon name={tone} />
      <div>
        <p class="notice-title">
          {title} {code !== undefined && <code>{code}</code>}
        </p>
        {next !== undefined && (
          <p>
            <span class="next">Next:</span> {next}
          </p>
        )}
        {children}
      </div>
    </div>
  );
}

/** What the relay could not answer. @param again asks anew */
export function FailureNotice({ failure, again }: { failure: ApiFailure; again?: () => void }): JSX.Element {
  return (
    <div role="alert">
      <Notice tone="bad" title={failure.message} code={failure.code} next={failure.next}>
        {again !== undefined && (
          <p>
            <button type="button" class="button" onClick={again}>
              Try again
            </button>
          </p>
        )}
      </Notice>
    </div>
  );
}
