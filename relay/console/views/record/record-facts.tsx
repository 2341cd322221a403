import type { JSX } from 'preact';
import type { RecordStory } from '../../../server/console/contract.ts';
import { Card } from '../../parts/card.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { IdText } from '../../parts/id-text.tsx';
import { Empty } from '../../parts/told.tsx';

/** Who the record is, and what OneSignal was last sent. */
export function RecordFacts({ story }: { story: RecordStory }): JSX.Element {
  const { recordId, object, stage, userKey, onesignalId, tags, tagsWithoutValue = [], aliases } = story;
  return (
    <div class="stack">
      <Card title="Who it is">
        <dl class="facts">
          <div>
            <dt>{object} id</dt>
            <dd>
              <IdText id={recordId} what="record id" />
            </dd>
          </div>
          <div>
            <dt>Stage with a verdict</dt>
            <dd>{stage ?? 'None'}</dd>
          </div>
          <div>
            <dt>External id</dt>
            <dd>{userKey === null ? 'None' : <IdText id={userKey} what="external id" />}</dd>
          </div>
          <div>
            <dt>OneSignal id</dt>
            <dd>{onesignalId === null ? 'None' : <IdText id={onesignalId} what="OneSignal id" />}</dd>
          </div>
        </dl>
      </Card>
      <Pairs
        title="Tags"
        name="Tag"
        pairs={tags}
        unknown={tagsWithoutValue}
        none="OneSignal holds no tag from this record."
      />
      <Pairs title="Aliases" name="Alias" pairs={aliases} none="OneSignal holds no alias from this record." />
    </div>
  );
}

interface PairsProps {
  title: string;
  name: string;
  pairs: Readonly<Record<string, string>>;
  /** Those whose values the relay keeps only fingerprints of. */
  unknown?: readonly string[];
  none: string;
}

function Pairs({ title, name, pairs, unknown = [], none }: PairsProps): JSX.Element {
  const rows: [string, string | null][] = [
    ...Object.entries(pairs),
    ...unknown.map((key): [string, null] => [key, null]),
  ];
  return (
    <Card title={title}>
      {rows.length === 0 ? (
        <Empty title={none} />
      ) : (
        <DataTable
          caption={title}
          rows={rows}
          keyOf={([key]) => key}
          columns={[
            { title: name, cell: ([key]) => <code>{key}</code> },
            { title: 'Value', cell: ([, value]) => value ?? <span class="muted">Not kept by the relay</span> },
          ]}
        />
      )}
    </Card>
  );
}
