import type { JSX } from 'preact';
import type { BudgetView } from '../../../server/console/contract.ts';
import { Badge } from '../../parts/badge.tsx';
import { Card } from '../../parts/card.tsx';
import { Meter } from '../../parts/meter.tsx';
import { Empty } from '../../parts/told.tsx';
import { now } from '../../session/relay-clock.ts';
import { budgetWords } from '../../words/budgets.ts';
import type { Tone } from '../../words/health.ts';
import { count, percent } from '../../words/numbers.ts';

interface BudgetCardProps {
  title: string;
  unit: string;
  about: string;
  /** null while Salesforce has not told. */
  budget: BudgetView | null;
}

/** An allotment of 24 hours: how much of it is used, by whom, and until when it lasts. */
export function BudgetCard({ title, unit, about, budget }: BudgetCardProps): JSX.Element {
  if (budget === null)
    return (
      <Card title={title} note={about}>
        <Empty title="Not known yet">Salesforce has not told how many there are.</Empty>
      </Card>
    );
  const { word, tone, forecast } = budgetWords(budget, now.value);
  return (
    <Card title={title} note={about} aside={<Badge tone={tone}>{word}</Badge>}>
      <OwnUse budget={budget} unit={unit} tone={tone} />
      <OrgUse budget={budget} />
      <p class="forecast">{forecast}</p>
    </Card>
  );
}

function OwnUse({ budget, unit, tone }: { budget: BudgetView; unit: string; tone: Tone }): JSX.Element {
  const { used, allowed, org } = budget;
  const max = allowed ?? org?.limit ?? null;
  if (max === null) return <p class="meter-text">{`The relay has used ${count(used)} ${unit}.`}</p>;
  const of = allowed === null ? 'the org’s' : 'its share of';
  const text = `The relay: ${count(used)} of ${of} ${count(max)}`;
  return <Line text={text} value={used} max={max} tone={tone} />;
}

function OrgUse({ budget: { used, org } }: { budget: BudgetView }): JSX.Element | null {
  if (org === null) return null;
  const text = `The whole org: ${count(org.used)} of ${count(org.limit)}`;
  const own = Math.min(used, org.used);
  return <Line text={text} value={own} max={org.limit} others={org.used - own} tone="idle" />;
}

interface LineProps {
  text: string;
  value: number;
  max: number;
  others?: number;
  tone: Tone;
}

function Line({ text, value, max, others = 0, tone }: LineProps): JSX.Element {
  return (
    <div class="meter-line">
      <p class="meter-text">
        <span>{text}</span>
        {max > 0 && <span>{percent((value + others) / max)}</span>}
      </p>
      <Meter value={value} max={max} others={others} tone={tone} />
    </div>
  );
}
