import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';

interface CardProps {
  title: string;
  /** Beside the title: a badge, a choice, a button. */
  aside?: ComponentChildren;
  /** Under the title: what the card is about, where its title does not say it. */
  note?: ComponentChildren;
  class?: string;
  children: ComponentChildren;
}

/** A part of a view with a heading of its own. */
export function Card({ title, aside, note, class: extra = '', children }: CardProps): JSX.Element {
  const id = useId();
  return (
    <section class={`card ${extra}`} aria-labelledby={id}>
      <header class="card-head">
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      {note !== undefined && <p class="note">{note}</p>}
      {children}
    </section>
  );
}
