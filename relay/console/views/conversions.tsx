import type { JSX } from 'preact';
import type { Conversions } from '../../server/console/contract.ts';
import { Card } from '../parts/card.tsx';
import { Heading } from '../parts/heading.tsx';
import { Segments } from '../parts/segments.tsx';
import { Time } from '../parts/time.tsx';
import { Empty, Told } from '../parts/told.tsx';
import { get } from '../session/api.ts';
import { goTo } from '../session/navigation.ts';
import { useResource } from '../session/resource.ts';
import { CHOICES_OF_DAYS } from '../session/route.ts';
import { ConversionTable } from './conversions/conversion-table.tsx';

/** Which messages people engaged with before they moved to another stage. */
export function ConversionsView({ days }: { days: number }): JSX.Element {
  const conversions = useResource(`conversions/${days}`, (signal) =>
    get<Conversions>(`/api/conversions?days=${days}`, signal),
  );
  return (
    <>
      <Heading title="Conversions">
        <Segments
          label="Of the last"
          choices={CHOICES_OF_DAYS.map((value) => ({ value, label: `${value} days` }))}
          value={days}
          choose={(value) => goTo({ view: 'conversions', days: value })}
        />
      </Heading>
      <Told of={conversions} what="the conversions">
        {(told) => (
          <>
            {told.rows.length === 0 ? (
              <Empty title="No message has reached a known record in this time.">
                OneSignal tells the relay of messages through an Event Stream to <code>/webhooks/onesignal</code>, and
                without one there is nothing to show.
              </Empty>
            ) : (
              <ConversionTable told={told} />
            )}
            <Explanation told={told} />
          </>
        )}
      </Told>
    </>
  );
}

function Explanation({ told: { windowHours, from } }: { told: Conversions }): JSX.Element {
  return (
    <Card title="What this measures, and what not">
      <div class="prose">
        <p>
          <strong>Reached</strong>: records in that stage to which the message was sent, since <Time at={from} />.{' '}
          <strong>Engaged</strong>: those who opened or clicked it. <strong>Moved on</strong>: those of the engaged
          whose record went to another stage within {windowHours} hours of it. <strong>Share</strong>: moved on, of
          engaged.
        </p>
        <p>
          It shows what came before a move, not what caused it: some would have moved on without the message, and whom a
          message reaches was often chosen because they are about to move. To know what a message brings, compare with
          people who did not get it. Opens are counted as OneSignal reports them; some mail programs open messages by
          themselves.
        </p>
      </div>
    </Card>
  );
}
