/** What the live connection stands on: real ones in the browser, others in tests. */
export interface LiveEnds<Message> {
  /** Opens the stream. The returned function closes it, after which nothing more is called. */
  open(on: { message(message: Message): void; opened(): void; failed(): void }): () => void;
  /** Asks once without the stream: some proxies let no stream through. Rejects where the relay does not answer. */
  askOnce(): Promise<Message>;
  schedule(run: () => void, afterMs: number): () => void;
}

export type LiveState = 'connecting' | 'live' | 'lost';

/** Waits before each next try, ms. The last one stays. */
const WAITS = [1_000, 2_000, 5_000, 10_000, 20_000];
/** The stream speaks only of changes, so a quiet one may be a dead one: then the relay is asked, ms. */
const QUIET_MS = 30_000;

/**
 * Keeps a stream of messages open: it comes back by itself, and says when what the page shows is not live.
 * @returns a function that ends it
 */
export function keepLive<Message>(
  ends: LiveEnds<Message>,
  show: (message: Message) => void,
  tell: (state: LiveState) => void,
): () => void {
  let close = () => {};
  let cancel = () => {};
  let tries = 0;
  let isEnded = false;

  const connect = () => {
    close = ends.open({
      opened: () => {
        tries = 0;
        tell('live');
        watch();
      },
      message: (message) => {
        show(message);
        watch();
      },
      failed: retry,
    });
  };

  const watch = () => {
    cancel();
    cancel = ends.schedule(() => void askOnce().then((isThere) => (isThere ? watch() : retry())), QUIET_MS);
  };

  const retry = () => {
    if (isEnded) return;
    close();
    cancel();
    tell('lost');
    const wait = WAITS[Math.min(tries, WAITS.length - 1)] ?? QUIET_MS;
    tries += 1;
    cancel = ends.schedule(() => void askOnce().then(() => !isEnded && connect()), wait);
  };

  /** Whether the relay answered. */
  const askOnce = () =>
    ends.askOnce().then(
      (message) => {
        if (!isEnded) show(message);
        return !isEnded;
      },
      () => false,
    );

  tell('connecting');
  connect();
  return () => {
    isEnded = true;
    close();
    cancel();
  };
}
