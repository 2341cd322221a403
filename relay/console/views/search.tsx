import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { RecordSummary, SearchAnswer } from '../../server/console/contract.ts';
import { Badge } from '../parts/badge.tsx';
import { Card } from '../parts/card.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Heading } from '../parts/heading.tsx';
import { Icon } from '../parts/icon.tsx';
import { Empty, Told } from '../parts/told.tsx';
import { get } from '../session/api.ts';
import { goTo, replaceBy } from '../session/navigation.ts';
import { useResource } from '../session/resource.ts';
import { hrefOf } from '../session/route.ts';
import { counted } from '../words/numbers.ts';
import { stateWords } from '../words/states.ts';

/** Finds a record by what one has at hand of it. */
export function SearchView({ query }: { query: string }): JSX.Element {
  return (
    <>
      <Heading title="Search" />
      <SearchForm key={query} query={query} />
      {query === '' ? (
        <Empty title="Look up one record and its whole story.">
          By its Salesforce id (15 or 18 characters), by the external id that your app logs in with, or by the OneSignal
          id.
        </Empty>
      ) : (
        <Results query={query} />
      )}
    </>
  );
}

function SearchForm({ query }: { query: string }): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  const submit = (event: Event) => {
    event.preventDefault();
    goTo({ view: 'search', query: field.current?.value.trim() ?? '' });
  };
  return (
    <search>
      <form class="search-form" onSubmit={submit}>
        <label class="field">
          <span>Record id, external id or OneSignal id</span>
          <input ref={field} type="search" defaultValue={query} required autocomplete="off" spellcheck={false} />
        </label>
        <button type="submit" class="button primary">
          <Icon name="search" />
          Search
        </button>
      </form>
    </search>
  );
}

function Results({ query }: { query: string }): JSX.Element {
  const answer = useResource(`search/${query}`, (signal) =>
    get<SearchAnswer>(`/api/search?${new URLSearchParams({ q: query })}`, signal),
  );
  const only = answer.data?.records.length === 1 ? answer.data.records[0] : undefined;
  // One that was found alone is what was looked for.
  useEffect(() => {
    if (only !== undefined) replaceBy({ view: 'record', recordId: only.recordId });
  }, [only]);
  return (
    <Told of={answer} what="what was found">
      {({ records }) =>
        records.length === 0 ? (
          <Empty title="The relay knows no such record.">
            It knows a record from its first stage change or backfill on. Ids are searched as a whole, not by a part.
          </Empty>
        ) : (
          <Found records={records} />
        )
      }
    </Told>
  );
}

function Found({ records }: { records: readonly RecordSummary[] }): JSX.Element {
  return (
    <Card title={`${counted(records.length, 'record')} found`}>
      <DataTable
        caption="Records found"
        rows={records}
        keyOf={({ recordId }) => recordId}
        columns={[
          {
            title: 'Record',
            cell: ({ recordId, object }) => (
              <>
                <a href={hrefOf({ view: 'record', recordId })}>
                  <code>{recordId}</code>
                </a>
                <span class="under">{object}</span>
              </>
            ),
          },
          {
            title: 'State',
            cell: ({ state, reason }) => (
              <>
                <Badge tone={stateWords(state).tone}>{state}</Badge>
                {reason !== null && (
                  <span class="under">
                    <code>{reason}</code>
                  </span>
                )}
              </>
            ),
          },
          { title: 'External id', cell: ({ userKey }) => <code>{userKey ?? '–'}</code> },
          { title: 'OneSignal id', cell: ({ onesignalId }) => <code>{onesignalId ?? '–'}</code> },
        ]}
      />
    </Card>
  );
}
