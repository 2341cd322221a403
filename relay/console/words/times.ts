import { LOCALE } from './numbers.ts';

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];

/** How long something takes, in its two largest units: `420 ms`, `1.2 s`, `3 min`, `2 h 10 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < 10 * SECOND) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return two(ms, HOUR, 'h', MINUTE, 'min');
  return two(ms, DAY, 'd', HOUR, 'h');
}

function two(ms: number, large: number, name: string, small: number, nameOfSmall: string): string {
  const rest = Math.floor((ms % large) / small);
  const whole = `${Math.floor(ms / large)} ${name}`;
  return rest === 0 ? whole : `${whole} ${rest} ${nameOfSmall}`;
}

/** Less than this is now: seconds that count up would draw the eye for nothing, ms. */
const JUST_NOW_MS = 5_000;

/** `just now`, `40 s ago`, `in 3 h`. */
export function fromNow(at: number, now: number): string {
  const ms = Math.abs(now - at);
  if (ms < JUST_NOW_MS) return 'just now';
  return at > now ? `in ${roughly(ms)}` : `${roughly(ms)} ago`;
}

/** One unit is enough to say how long ago something was. */
function roughly(ms: number): string {
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} d`;
}

/** @param timeZone the viewer’s where left out */
export function exactTime(at: number, timeZone?: string, locale = LOCALE): string {
  return formatted(at, { dateStyle: 'medium', timeStyle: 'long' }, timeZone, locale);
}

/** `14:03`, and with the day where that is another than today’s. */
export function clock(at: number, now: number, timeZone?: string, locale = LOCALE): string {
  const day = (time: number) => formatted(time, { day: 'numeric', month: 'short' }, timeZone, locale);
  const time = formatted(at, { hour: '2-digit', minute: '2-digit' }, timeZone, locale);
  return day(at) === day(now) ? time : `${day(at)}, ${time}`;
}

function formatted(at: number, options: Intl.DateTimeFormatOptions, timeZone: string | undefined, locale: string) {
  const format = new Intl.DateTimeFormat(locale, timeZone === undefined ? options : { ...options, timeZone });
  return format.format(at);
}
