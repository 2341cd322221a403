import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { type ApiFailure, post } from '../session/api.ts';
import { asFailure } from '../session/resource.ts';
import { signedIn, wasSignedOut } from '../session/session.ts';
import { Brand } from './brand.tsx';

/** Takes the token, which goes to the relay once and is kept nowhere here: the relay answers with a cookie. */
export function Login(): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  const [failure, setFailure] = useState<ApiFailure | undefined>(undefined);
  const [isAsking, setIsAsking] = useState(false);
  useEffect(() => {
    document.title = 'Log in · OneSignal for Salesforce';
    field.current?.focus();
  }, []);

  const submit = async (event: Event) => {
    event.preventDefault();
    setIsAsking(true);
    setFailure(undefined);
    try {
      await post('/api/login', { token: field.current?.value ?? '' });
      signedIn();
    } catch (error) {
      setFailure(asFailure(error));
      setIsAsking(false);
      field.current?.select();
    }
  };

  return (
    <main class="login">
      <form class="card" onSubmit={(event) => void submit(event)}>
        <Brand />
        <h1>Log in to the console</h1>
        {wasSignedOut.value && failure === undefined && (
          <Notice tone="idle" title="The session has ended." next="Log in again; the page opens where you were." />
        )}
        {failure !== undefined && <FailureNotice failure={failure} />}
        <label class="field">
          <span>Admin token</span>
          <input ref={field} type="password" autocomplete="current-password" required aria-describedby="token-hint" />
        </label>
        <p class="hint" id="token-hint">
          The value of <code>RELAY_ADMIN_TOKEN</code>; whoever hosts the relay has it.
        </p>
        <button type="submit" class="button primary wide" disabled={isAsking}>
          {isAsking ? 'Logging in…' : 'Log in'}
        </button>
      </form>
    </main>
  );
}
