import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';
import { post } from '../session/api.ts';
import { startLive } from '../session/live.ts';
import { followAddress, route } from '../session/navigation.ts';
import { startClock } from '../session/relay-clock.ts';
import type { Route } from '../session/route.ts';
import { leave } from '../session/session.ts';
import { theme, toggleTheme } from '../session/theme.ts';
import { ConversionsView } from '../views/conversions.tsx';
import { FailuresView } from '../views/failures.tsx';
import { MappingView } from '../views/mapping.tsx';
import { OverviewView } from '../views/overview.tsx';
import { RecordView } from '../views/record.tsx';
import { SearchView } from '../views/search.tsx';
import { Brand } from './brand.tsx';
import { LiveBadge, LiveBar } from './live-state.tsx';
import { Navigation } from './navigation-bar.tsx';

/** What surrounds each view: where one is, where one can go, and whether it is live. */
export function Shell(): JSX.Element {
  useEffect(() => {
    const stops = [startClock(), followAddress(), startLive()];
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the content
      </button>
      <header class="top">
        <Brand />
        <LiveBadge />
        <div class="tools">
          <ThemeButton />
          <button type="button" class="icon-button" aria-label="Log out" title="Log out" onClick={() => void logOut()}>
            <Icon name="leave" />
          </button>
        </div>
      </header>
      <Navigation />
      <main id="main" tabIndex={-1}>
        <LiveBar />
        {viewOf(route.value)}
      </main>
    </div>
  );
}

function viewOf(where: Route): JSX.Element {
  switch (where.view) {
    case 'overview':
      return <OverviewView />;
    case 'failures':
      return <FailuresView reason={where.reason} />;
    case 'search':
      return <SearchView query={where.query} />;
    case 'record':
      return <RecordView recordId={where.recordId} />;
    case 'mapping':
      return <MappingView />;
    case 'conversions':
      return <ConversionsView days={where.days} />;
  }
}

function ThemeButton(): JSX.Element {
  const other = theme.value === 'dark' ? 'light' : 'dark';
  const label = `Show in ${other} colours`;
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} onClick={toggleTheme}>
      <Icon name={other === 'dark' ? 'moon' : 'sun'} />
    </button>
  );
}

/** A relay that does not answer keeps the cookie alive until it expires, but the page is left all the same. */
async function logOut(): Promise<void> {
  await post('/api/logout', {}).catch(() => undefined);
  leave();
}
