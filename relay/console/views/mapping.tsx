import type { JSX } from 'preact';
import type { MappingView as Mapping } from '../../server/console/contract.ts';
import { Badge } from '../parts/badge.tsx';
import { Card } from '../parts/card.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Heading } from '../parts/heading.tsx';
import { Notice } from '../parts/notice.tsx';
import { Empty, Told } from '../parts/told.tsx';
import { get } from '../session/api.ts';
import { useResource } from '../session/resource.ts';
import { PreviewBox } from './mapping/preview-box.tsx';
import { StagesCard } from './mapping/stages-card.tsx';

/** What the relay makes of the mapping and the settings in Setup, and what it would send for a record. */
export function MappingView(): JSX.Element {
  const mapping = useResource('mapping', (signal) => get<Mapping>('/api/mapping', signal));
  return (
    <>
      <Heading title="Mapping" />
      <Told of={mapping} what="the mapping">
        {(told) => (
          <>
            <Warnings warnings={told.warnings} />
            <StagesCard stages={told.stages} settings={told.settings} />
            <PreviewBox />
            <TagsCard tags={told.tags} />
            <SettingsCard settings={told.settings} />
            <p class="muted">
              Mapping version <code>{told.version}</code>. Edits are made in Salesforce, in Setup, and are seen here
              within minutes.
            </p>
          </>
        )}
      </Told>
    </>
  );
}

function Warnings({ warnings }: { warnings: readonly string[] }): JSX.Element | null {
  if (warnings.length === 0) return null;
  return (
    <ul class="notices" aria-label="Warnings">
      {warnings.map((warning) => (
        <li key={warning}>
          <Notice tone="warn" title={warning} />
        </li>
      ))}
    </ul>
  );
}

function TagsCard({ tags }: { tags: Mapping['tags'] }): JSX.Element {
  return (
    <Card title="Further fields" note="Rows of OneSignal Tag Mapping: which field goes where.">
      {tags.length === 0 ? (
        <Empty title="No row.">OneSignal gets the stage and its time, and no further field.</Empty>
      ) : (
        <DataTable
          caption="Further fields"
          rows={tags}
          keyOf={({ object, field, kind, tag }) => [object, field, kind, tag].join('/')}
          columns={[
            { title: 'Field', cell: ({ field }) => <code>{field}</code> },
            { title: 'Object', cell: ({ object }) => object },
            { title: 'Goes to', cell: ({ kind }) => kind },
            { title: 'As', cell: ({ tag }) => <code>{tag}</code> },
            { title: 'Transform', cell: ({ transform }) => transform },
          ]}
        />
      )}
    </Card>
  );
}

function SettingsCard({ settings }: { settings: Mapping['settings'] }): JSX.Element {
  return (
    <Card title="Settings" note="OneSignal Settings in Setup; what is not set there counts as the default.">
      <DataTable
        caption="Settings"
        rows={settings}
        keyOf={({ name }) => name}
        columns={[
          { title: 'Setting', cell: ({ name }) => <code>{name}</code> },
          { title: 'Value', cell: ({ value }) => value },
          {
            title: 'From',
            cell: ({ isDefault }) => (isDefault ? <span class="muted">Default</span> : <Badge tone="good">Set</Badge>),
          },
        ]}
      />
    </Card>
  );
}
