import type { JSX } from 'preact';
import type { RecordStory } from '../../../server/console/contract.ts';
import { Icon } from '../../parts/icon.tsx';
import { Time } from '../../parts/time.tsx';
import { stateWords } from '../../words/states.ts';

/** Where the record stands, in words, and what to do next. */
export function RecordState({ story }: { story: RecordStory }): JSX.Element {
  const { state, reason, detail, meaning, next, decidedAt, isWrittenBack, writeBackError } = story;
  const { tone, sentence } = stateWords(state);
  const isDecided = state !== 'Pending' && state !== 'Not synced';
  return (
    <section class={`health tone-${tone}`} aria-label="State">
      <div class="health-sentence" role="status">
        <span class="health-sign">
          <Icon name={tone} />
        </span>
        <div>
          <p class="health-title">
            {state} {isDecided && reason !== null && <code>{reason}</code>}
          </p>
          <p class="health-detail">{(isDecided ? (detail ?? meaning) : null) ?? sentence}</p>
        </div>
      </div>
      {isDecided && reason !== 'OK' && next !== null && (
        <p>
          <span class="next">Next:</span> {next}
        </p>
      )}
      {decidedAt !== null && (
        <p class="muted">
          {isDecided ? 'Decided' : 'Last decided'} <Time at={decidedAt} />
          {isWrittenBack ? ', and on the record in Salesforce.' : ', and not yet on the record in Salesforce'}
          {!isWrittenBack &&
            (writeBackError == null ? (
              '.'
            ) : (
              <>
                : <code>{writeBackError}</code>.
              </>
            ))}
        </p>
      )}
    </section>
  );
}
