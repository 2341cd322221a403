import type { JSX } from 'preact';
import type { Overview } from '../../../server/console/contract.ts';
import { Icon } from '../../parts/icon.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Time } from '../../parts/time.tsx';
import { healthOf } from '../../words/health.ts';

/** One sentence, then everything that needs a person, each with its next step. */
export function HealthBanner({ told }: { told: Overview }): JSX.Element {
  const { tone, sentence, detail } = healthOf(told);
  return (
    <section class={`health tone-${tone}`} aria-label="Health">
      <div class="health-sentence" role="status">
        <span class="health-sign">
          <Icon name={tone} />
        </span>
        <div>
          <p class="health-title">{sentence}</p>
          <p class="health-detail">{detail}</p>
        </div>
      </div>
      {told.reasons.length + told.alerts.length > 0 && (
        <ul class="notices">
          {told.reasons.map(({ code, message, next }) => (
            <li key={code}>
              <Notice tone={code === 'PAUSED' ? 'warn' : 'bad'} title={message} code={code} next={next} />
            </li>
          ))}
          {told.alerts.map(({ name, since, what, next }) => (
            <li key={name}>
              <Notice tone="warn" title={what} code={name} next={next}>
                <p class="muted">
                  Alert since <Time at={since} />
                </p>
              </Notice>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
