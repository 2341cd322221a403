import type { JSX } from 'preact';
import type { Overview } from '../../server/console/contract.ts';
import { Card } from '../parts/card.tsx';
import { Heading } from '../parts/heading.tsx';
import { IdText } from '../parts/id-text.tsx';
import { Notice } from '../parts/notice.tsx';
import { Time } from '../parts/time.tsx';
import { Loading } from '../parts/told.tsx';
import { overview } from '../session/live.ts';
import { BackfillCard } from './overview/backfill-card.tsx';
import { BudgetCard } from './overview/budget-card.tsx';
import { HealthBanner } from './overview/health-banner.tsx';
import { HistoryCharts } from './overview/history-charts.tsx';
import { Tiles } from './overview/tiles.tsx';

/** How the whole is doing: what needs a person first, then the figures. */
export function OverviewView(): JSX.Element {
  const told = overview.value;
  return (
    <>
      <Heading title="Overview" />
      {told === undefined ? <Loading what="the overview" /> : <Told told={told} />}
    </>
  );
}

function Told({ told }: { told: Overview }): JSX.Element {
  const { backfill, budgets } = told;
  return (
    <>
      <HealthBanner told={told} />
      <Tiles told={told} />
      {backfill !== null && <BackfillCard backfill={backfill} />}
      <HistoryCharts />
      <div class="pair">
        <BudgetCard
          title="API calls"
          unit="API calls"
          about="Salesforce gives the org so many calls in 24 hours; the relay keeps to its share."
          budget={budgets.api}
        />
        <BudgetCard
          title="Event deliveries"
          unit="deliveries"
          about="Salesforce delivers so many events in 24 hours. Past that, reconcile finds the changes."
          budget={budgets.deliveries}
        />
      </div>
      <Warnings warnings={told.warnings} />
      <About told={told} />
    </>
  );
}

function Warnings({ warnings }: { warnings: readonly string[] }): JSX.Element | null {
  if (warnings.length === 0) return null;
  return (
    <Card title="Warnings" note="What works, but perhaps not as somebody meant it.">
      <ul class="notices">
        {warnings.map((warning) => (
          <li key={warning}>
            <Notice tone="warn" title={warning} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function About({ told }: { told: Overview }): JSX.Element {
  return (
    <Card title="This relay">
      <dl class="facts">
        <div>
          <dt>Salesforce org</dt>
          <dd>{told.orgId === null ? 'Not known yet' : <IdText id={told.orgId} what="org id" />}</dd>
        </div>
        <div>
          <dt>OneSignal app</dt>
          <dd>
            <IdText id={told.appId} what="app id" />
          </dd>
        </div>
        <div>
          <dt>Version</dt>
          <dd>
            {told.version}
            {told.commit !== null && <code> {told.commit.slice(0, 10)}</code>}
          </dd>
        </div>
        <div>
          <dt>Started</dt>
          <dd>
            <Time at={told.startedAt} />
          </dd>
        </div>
      </dl>
    </Card>
  );
}
