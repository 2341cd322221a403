import type { JSX } from 'preact';
import type { Failures } from '../../../server/console/contract.ts';
import { Icon } from '../../parts/icon.tsx';
import { hrefOf } from '../../session/route.ts';
import { count } from '../../words/numbers.ts';
import type { Retry } from './use-retry.ts';

interface ReasonGroupsProps {
  groups: Failures['groups'];
  chosen: string | null;
  retry: Retry;
}

/** Why records failed: one thing to do often cures a whole group. */
export function ReasonGroups({ groups, chosen, retry }: ReasonGroupsProps): JSX.Element {
  return (
    <section aria-label="Reasons">
      <ul class="groups">
        {groups.map((group) => (
          <li key={group.reason} class={`card group ${group.reason === chosen ? 'is-chosen' : ''}`}>
            <Group group={group} isChosen={group.reason === chosen} retry={retry} />
          </li>
        ))}
      </ul>
    </section>
  );
}

type GroupProps = { group: Failures['groups'][number]; isChosen: boolean; retry: Retry };

function Group({ group: { reason, count: size, meaning, next }, isChosen, retry }: GroupProps): JSX.Element {
  return (
    <>
      <div class="group-head">
        <h2>{meaning}</h2>
        <strong class="group-count">
          {count(size)}
          <span class="unseen"> {size === 1 ? 'record' : 'records'}</span>
        </strong>
      </div>
      <p>
        <code>{reason}</code>
      </p>
      <p>
        <span class="next">Next:</span> {next}
      </p>
      <div class="buttons">
        <a class="button small" href={hrefOf({ view: 'failures', reason: isChosen ? null : reason })}>
          {isChosen ? 'Show all' : 'Show only these'}
          <span class="unseen"> of {reason}</span>
        </a>
        <button type="button" class="button small" disabled={retry.isAsking} onClick={() => retry.ask({ reason })}>
          <Icon name="retry" />
          Retry {size === 1 ? 'it' : `all ${count(size)}`}
          <span class="unseen"> of {reason}</span>
        </button>
      </div>
    </>
  );
}
