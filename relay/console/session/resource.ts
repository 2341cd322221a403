import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiFailure } from './api.ts';

/** Something that the relay is asked for. What was told last stays while it is asked anew, and when that fails. */
export interface Resource<Data> {
  data: Data | undefined;
  failure: ApiFailure | undefined;
  isLoading: boolean;
  /** Asks anew, and wants no other answer any more. */
  reload(): void;
  /** Asks anew once what is awaited has come: a slow relay would else be asked again and again, and never heard. */
  refresh(): void;
}

interface Told<Data> {
  key: string;
  data: Data | undefined;
  failure: ApiFailure | undefined;
  isLoading: boolean;
}

/** @param key what it is: another key forgets what was told under the one before */
export function useResource<Data>(key: string, load: (signal: AbortSignal) => Promise<Data>): Resource<Data> {
  const [round, setRound] = useState(0);
  const [told, setTold] = useState<Told<Data>>({ key, data: undefined, failure: undefined, isLoading: true });
  const isAsking = useRef(false);
  const isWantedAnew = useRef(false);
  const latest = useRef(load);
  latest.current = load;

  const reload = useCallback(() => setRound((before) => before + 1), []);
  const refresh = useCallback(() => {
    if (isAsking.current) isWantedAnew.current = true;
    else reload();
  }, [reload]);

  // A new round asks for the same again.
  useEffect(() => {
    const asked = new AbortController();
    const tell = (news: Partial<Told<Data>>) => {
      if (asked.signal.aborted) return;
      isAsking.current = news.isLoading === true;
      setTold((before) => ({ ...(before.key === key ? before : nothing<Data>(key)), ...news }));
      if (isAsking.current || !isWantedAnew.current) return;
      isWantedAnew.current = false;
      reload();
    };
    tell({ isLoading: true });
    latest.current(asked.signal).then(
      (data) => tell({ data, failure: undefined, isLoading: false }),
      (error: unknown) => tell({ failure: asFailure(error), isLoading: false }),
    );
    return () => asked.abort();
  }, [key, round, reload]);

  const { data, failure, isLoading } = told.key === key ? told : nothing<Data>(key);
  return { data, failure, isLoading, reload, refresh };
}

function nothing<Data>(key: string): Told<Data> {
  return { key, data: undefined, failure: undefined, isLoading: true };
}

export function asFailure(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error;
  return new ApiFailure(0, {
    code: 'CONSOLE_DEFECT',
    message: 'The console met a defect of its own.',
    next: 'Load the page anew; if it stays, report it with what you did.',
  });
}
