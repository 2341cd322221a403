import type { JSX } from 'preact';
import { Icon, type IconName } from '../parts/icon.tsx';
import { overview } from '../session/live.ts';
import { route } from '../session/navigation.ts';
import { DEFAULT_DAYS, hrefOf, type Route, type View } from '../session/route.ts';
import { counted, short } from '../words/numbers.ts';

const PLACES: readonly { icon: IconName; label: string; to: Route; of: readonly View[] }[] = [
  { icon: 'overview', label: 'Overview', to: { view: 'overview' }, of: ['overview'] },
  { icon: 'failures', label: 'Failures', to: { view: 'failures', reason: null }, of: ['failures'] },
  { icon: 'search', label: 'Search', to: { view: 'search', query: '' }, of: ['search', 'record'] },
  { icon: 'mapping', label: 'Mapping', to: { view: 'mapping' }, of: ['mapping'] },
  { icon: 'conversions', label: 'Conversions', to: { view: 'conversions', days: DEFAULT_DAYS }, of: ['conversions'] },
];

export function Navigation(): JSX.Element {
  const failed = overview.value?.work.deadLetters ?? 0;
  return (
    <nav aria-label="Console">
      <ul>
        {PLACES.map(({ icon, label, to, of }) => (
          <li key={label}>
            <a href={hrefOf(to)} aria-current={of.includes(route.value.view) ? 'page' : undefined}>
              <Icon name={icon} />
              <span>{label}</span>
              {to.view === 'failures' && failed > 0 && (
                <span class="pill">
                  <span aria-hidden="true">{short(failed)}</span>
                  <span class="unseen">{counted(failed, 'failed record')}</span>
                </span>
              )}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
