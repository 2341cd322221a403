import type { JSX } from 'preact';
import { announce } from './announcement.tsx';
import { Icon } from './icon.tsx';

/** An id to be read and taken along. @param what it is, for the button’s name */
export function IdText({ id, what }: { id: string; what: string }): JSX.Element {
  const copy = () =>
    navigator.clipboard.writeText(id).then(
      () => announce(`The ${what} is copied.`),
      () => announce(`This browser does not let the page copy; select the ${what} instead.`),
    );
  return (
    <span class="id-text">
      <code>{id}</code>
      {/* Only pages from https or this machine may copy. */}
      {navigator.clipboard !== undefined && (
        <button
          type="button"
          class="icon-button"
          aria-label={`Copy the ${what}`}
          title="Copy"
          onClick={() => void copy()}
        >
          <Icon name="copy" />
        </button>
      )}
    </span>
  );
}
