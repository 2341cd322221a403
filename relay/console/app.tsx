import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Overview } from '../server/console/contract.ts';
import { Announcements } from './parts/announcement.tsx';
import { FailureNotice } from './parts/notice.tsx';
import { Loading } from './parts/told.tsx';
import { get } from './session/api.ts';
import { useEvery } from './session/every.ts';
import { showOverview } from './session/live.ts';
import { useResource } from './session/resource.ts';
import { session, signedIn } from './session/session.ts';
import { Login } from './shell/login.tsx';
import { Shell } from './shell/shell.tsx';

/** The login, or the console for whoever is in. */
export function App(): JSX.Element {
  return (
    <>
      {session.value === 'unknown' && <Arrival />}
      {session.value === 'out' && <Login />}
      {session.value === 'in' && <Shell />}
      <Announcements />
    </>
  );
}

/** While the relay does not answer it is asked again, ms. */
const AGAIN_MS = 5_000;

/** Asks once who is there: only the relay can see the cookie. */
function Arrival(): JSX.Element {
  const { data, failure, reload, refresh } = useResource('arrival', (signal) => get<Overview>('/api/overview', signal));
  useEvery(failure === undefined ? null : AGAIN_MS, refresh);
  useEffect(() => {
    if (data === undefined) return;
    showOverview(data);
    signedIn();
  }, [data]);
  return (
    <main class="arrival">
      <h1>OneSignal for Salesforce</h1>
      {failure === undefined ? <Loading what="the console" /> : <FailureNotice failure={failure} again={reload} />}
    </main>
  );
}
