import type { JSX } from 'preact';
import type { TagChange } from '../../server/console/contract.ts';

interface Difference {
  added: Readonly<Record<string, string>>;
  changed: readonly TagChange[];
  removed: readonly string[];
}

/** What a plan does to a user’s tags: each with its sign, and the word for those who can’t see it. */
export function TagDifference({ added, changed, removed }: Difference): JSX.Element {
  const lines = [
    ...Object.entries(added).map(([tag, value]) => ({ sign: '+', word: 'added', tag, from: '', to: value })),
    ...changed.map(({ tag, from, to }) => ({ sign: '~', word: 'changed', tag, from, to })),
    ...removed.map((tag) => ({ sign: '−', word: 'removed', tag, from: '', to: '' })),
  ];
  return (
    <ul class="difference">
      {lines.map(({ sign, word, tag, from, to }) => (
        <li key={`${sign}${tag}`} class={word}>
          <span class="sign" aria-hidden="true">
            {sign}
          </span>
          <span class="unseen">{word}: </span>
          <code>{tag}</code>
          {word !== 'removed' && (
            <span class="values">
              {/* The relay may know of an old value only that it was another. */}
              {from !== '' && (
                <>
                  <del>{from}</del> <span aria-hidden="true">→</span>{' '}
                </>
              )}
              <ins>{to}</ins>
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
