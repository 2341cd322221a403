import type { KeptMove, Touch } from '../../store/engagement.ts';

/** Salesforce and OneSignal both date in whole seconds: what falls into the second of the move may have come before it. */
const SECOND = 1_000;

/**
 * The message that counts for a move: the last one clicked within the window before it, else the last one opened.
 * @param touches of the user that the record stands for
 * @returns its id, null where none counts
 */
export function influenceOf({ at }: Pick<KeptMove, 'at'>, touches: readonly Touch[], windowMs: number): string | null {
  const within = touches.filter((touch) => touch.at < at + SECOND && touch.at >= at - windowMs);
  const clicked = within.filter(({ what }) => what === 'clicked');
  return newest(clicked.length > 0 ? clicked : within)?.messageId ?? null;
}

function newest(touches: readonly Touch[]): Touch | undefined {
  return touches.reduce<Touch | undefined>(
    (last, one) => (last === undefined || one.at >= last.at ? one : last),
    undefined,
  );
}
