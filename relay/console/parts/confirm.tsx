import type { ComponentChildren, JSX } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';

interface ConfirmProps {
  title: string;
  /** What the button does, in words. */
  action: string;
  children: ComponentChildren;
  confirm(): void;
  cancel(): void;
}

/** Asks before something large. The browser keeps the focus in it, and gives it back. */
export function Confirm({ title, action, children, confirm, cancel }: ConfirmProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby={id} onCancel={cancel} onClose={cancel}>
      <h2 id={id}>{title}</h2>
      {children}
      <div class="buttons">
        <button type="button" class="button" onClick={cancel}>
          Cancel
        </button>
        <button type="button" class="button primary" onClick={confirm}>
          {action}
        </button>
      </div>
    </dialog>
  );
}
