import { toId18 } from '../emulators/salesforce/org/ids.ts';
import type { Chance } from './chance.ts';
import { MARK } from './marks.ts';

/** Texts that break what is put together without care: SOQL, JSON, paths, headers, logs, terminals, spreadsheets, JavaScript. */
const NASTY = [
  '',
  ' ',
  '\0',
  "'",
  "' OR Id != '",
  "\\' OR IsConverted = true --",
  '"}],"x":[{"',
  '../../apps/other/users',
  '..',
  '.',
  '%2e%2e%2f',
  'a/b?c#d&e=f',
  'a\r\nAuthorization: Key x',
  '\u001b[2J\u001b[1;1H',
  '=cmd|"/c calc"!A1',
  '<script>alert(1)</script>',
  '$'.concat('{process.env}'),
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'undefined',
  'null',
  'NaN',
  '-1',
  '0',
  '1e309',
  'é'.normalize('NFD'),
  'ﬀ',
  '新規',
  'שלום',
  '🦊',
  '\ud800',
  '\u202egpj.exe',
  'x'.repeat(129),
  'y'.repeat(256),
  'z'.repeat(4_000),
] as const;

export function nastyText(chance: Chance): string {
  const text = chance.oneOf(NASTY);
  return chance.happens(0.3) ? `${text}${chance.oneOf(NASTY)}` : text;
}

/** Something of a person: marked, and nasty now and then. */
export function personalText(chance: Chance): string {
  const plain = chance.oneOf([
    `${MARK}@example.com`,
    `Dana ${MARK}`,
    `${MARK}-${chance.upTo(5)}`,
    `+1555${MARK}`,
    `${MARK}${'w'.repeat(chance.upTo(300))}`,
  ]);
  return chance.happens(0.3) ? `${nastyText(chance)}${plain}` : plain;
}

/** Something of a person that is more than a word: one word in a place for codes is a code, whatever it says. */
export function contactDetail(chance: Chance): string {
  return chance.oneOf([`${MARK}@example.com`, `Dana ${MARK}`, `+1555${MARK}`, `12345${MARK}`]);
}

/** An id that Salesforce could give; few, so that records meet. */
export function recordId(chance: Chance, object: 'Lead' | 'Contact', most = 8): string {
  const prefix = object === 'Lead' ? '00Q' : '003';
  return toId18(`${prefix}${chance.oneOf(['00000000000', 'Ab0000000Zz'])}${chance.upTo(most)}`);
}

/** Any JSON value, up to three levels deep. */
export function anyJson(chance: Chance, depth = 3): unknown {
  const leaf = chance.oneOf<() => unknown>([
    () => null,
    () => true,
    () => false,
    () => chance.upTo(1_000_000) - 500_000,
    () => 1e308,
    () => nastyText(chance),
    () => personalText(chance),
  ]);
  if (depth === 0 || chance.happens(0.5)) return leaf();
  if (chance.happens(0.4)) return chance.some(3, () => anyJson(chance, depth - 1));
  return Object.fromEntries(chance.some(4, () => [nastyText(chance), anyJson(chance, depth - 1)] as const));
}

/** The value with something about it changed here and there: another type, a key too much or too few. */
export function mutated(value: unknown, chance: Chance, share = 0.08): unknown {
  if (chance.happens(share)) return anyJson(chance, 2);
  if (Array.isArray(value)) {
    const items = value.map((item) => mutated(item, chance, share));
    if (chance.happens(share)) items.push(anyJson(chance, 1));
    if (chance.happens(share)) items.shift();
    return items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(() => !chance.happens(share))
    .map(([key, item]) => [key, mutated(item, chance, share)] as const);
  const further = chance.happens(share) ? [[nastyText(chance), anyJson(chance, 1)] as const] : [];
  return Object.fromEntries([...entries, ...further]);
}
