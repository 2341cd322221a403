import { setDefaults, setDispatcher } from 'jsforce/lib/request.js';
import { Agent, type Dispatcher } from 'undici';

type Head = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>;

/**
 * Lets jsforce see an answer once it is there as a whole. jsforce listens to no error of an answer that breaks off in its
 * middle, which would end the process, and its timeout ends with the head: now it covers the body too. It keeps whole
 * answers in memory anyway. It follows no redirects, to any host with the token; and takes no proxy from the environment,
 * which it would reach by a way around all this.
 */
export function takeWholeAnswersOnly(): void {
  setDefaults({ followRedirect: false });
  const agent = new Agent({ connect: { allowH2: false } });
  setDispatcher(agent.compose((dispatch) => (options, handler) => dispatch(options, wholeAnswers(handler))));
}

function wholeAnswers(handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
  let head: Head | undefined;
  let chunks: Buffer[] = [];
  return {
    onRequestStart: (...given) => handler.onRequestStart?.(...given),
    onResponseStart(...given) {
      [head, chunks] = [given, []];
    },
    onResponseData(_controller, chunk) {
      // The connection may use the memory again.
      chunks.push(Buffer.from(chunk));
    },
    onResponseEnd(controller, trailers) {
      if (head !== undefined) handler.onResponseStart?.(...head);
      for (const chunk of chunks) handler.onResponseData?.(controller, chunk);
      handler.onResponseEnd?.(controller, trailers);
    },
    onResponseError: (...given) => handler.onResponseError?.(...given),
  };
}
