/**
 * The dashboard's CSV import (Audience > Import), row by row: https://documentation.onesignal.com/docs/en/import. What the
 * page leaves open is read in the less comfortable way. A file that breaks a rule is refused as a whole.
 */
import { parse } from 'csv-parse/sync';
import { changeSubscription } from './answer-bodies.ts';
import type { Subscription, User } from './app-data.ts';
import type { App } from './call-context.ts';
import type { CsvImportOptions, CsvImportReport } from './emulator-types.ts';
import { externalIdProblem, tagKeyProblem } from './naming-rules.ts';
import { tokenProblem } from './request-bodies.ts';

const MOST_BYTES = 150_000_000;
const MOST_TAGS = 1_000;
const IDENTIFIERS = ['external_id', 'email', 'phone_number'];
const PROPERTIES = ['timezone_id', 'country', 'language'];
/** Columns of OneSignal's that no test needs. */
const NOT_EMULATED = ['subscription_id', 'suppressed', 'tags'];
const TYPES = { email: 'Email', phone_number: 'SMS' } as const;
/** "No non-printable characters"; the page's "non-ASCII" contradicts its UTF-8, and is not held to. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/u;
/** "Unsubscribed": https://documentation.onesignal.com/docs/en/subscriptions */
const UNSUBSCRIBED = -2;

type Row = Readonly<Record<string, string>>;

/** @throws Error for a file that the importer would not take */
export function importCsv(app: App, content: Uint8Array, options: CsvImportOptions = {}): CsvImportReport {
  const rows = readRows(content);
  const report: CsvImportReport = { rows: rows.length, added: 0, modified: 0, skipped: 0, notImported: 0 };
  for (const row of rows) report[importRow(app, row, options)] += 1;
  return report;
}

function readRows(content: Uint8Array): Row[] {
  if (content.byteLength >= MOST_BYTES) refuse('the file has 150 MB or more');
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  if (text.startsWith('\uFEFF')) refuse('the file begins with a byte order mark');
  const [header = [], ...records] = parse(text, { relax_column_count: false }) as string[][];
  checkHeader(header);
  const rows = records.map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])));
  for (const [index, row] of rows.entries()) checkRow(row, index + 2);
  return rows;
}

function checkHeader(header: readonly string[]): void {
  const tags = header.filter((name) => !isOfOneSignal(name));
  if (new Set(header).size !== header.length) refuse('two columns have one header');
  if (!header.some((name) => IDENTIFIERS.includes(name))) refuse('no column identifies anybody');
  if (tags.length > MOST_TAGS) refuse('there are more than 1,000 tags');
  for (const name of header) {
    if (name === '' || UNPRINTABLE.test(name)) refuse('a header is not clean');
    if (NOT_EMULATED.includes(name)) refuse(`the column ${name} is not emulated`);
  }
  for (const name of tags) {
    const problem = tagKeyProblem(name);
    if (problem !== undefined) refuse(problem);
  }
}

function checkRow(row: Row, line: number): void {
  const { external_id: externalId = '', email = '', phone_number: phone = '', subscribed = '' } = row;
  const problems = [
    Object.values(row).some((cell) => UNPRINTABLE.test(cell)) && 'a cell has characters that do not print',
    externalId + email + phone === '' && 'nobody is identified',
    externalId !== '' && externalIdProblem(externalId),
    email !== '' && tokenProblem('Email', email),
    phone !== '' && tokenProblem('SMS', phone),
    !['', 'yes', 'no'].includes(subscribed) && 'subscribed is neither yes nor no',
    subscribed !== '' && email + phone === '' && 'subscribed needs an address in the row',
  ];
  const problem = problems.find((one) => typeof one === 'string');
  if (typeof problem === 'string') refuse(`line ${line}: ${problem}`);
}

function importRow(app: App, row: Row, options: CsvImportOptions): 'added' | 'modified' | 'skipped' | 'notImported' {
  const known = userOf(app, row);
  const hasAddress = addressesOf(row).length > 0;
  // "The external_id does not match any existing subscription": only an address makes a user.
  if (known === undefined && !hasAddress) return 'notImported';
  const tags = Object.entries(row).filter(([name]) => !isOfOneSignal(name));
  if (isOverLimit(app, known, tags)) return 'skipped';
  const user = known ?? app.data.addUser();
  if (row.external_id !== undefined && row.external_id !== '') app.data.setAlias(user, 'external_id', row.external_id);
  for (const [key, value] of tags) {
    if (value !== '') user.tags.set(key, value);
    else if (options.deletesBlankTags) user.tags.delete(key);
  }
  for (const name of PROPERTIES) if (row[name]) user.properties[name] = row[name];
  for (const [type, token] of addressesOf(row)) putAddress(app, user, type, token, row.subscribed ?? '');
  return known === undefined ? 'added' : 'modified';
}

function userOf(app: App, row: Row): User | undefined {
  if (row.external_id) return app.data.find('external_id', row.external_id);
  const held = addressesOf(row).flatMap(([type, token]) => app.data.findByToken(type, token) ?? []);
  return held[0]?.owner;
}

function addressesOf(row: Row): [type: string, token: string][] {
  const types = Object.entries(TYPES);
  return types.flatMap(([name, type]): [string, string][] => (row[name] ? [[type, row[name]]] : []));
}

/** "Deduplicated if already present": it moves to the row's user. One that is off stays so "unless updated". */
function putAddress(app: App, user: User, type: string, token: string, subscribed: string): void {
  const subscription: Subscription = app.data.findByToken(type, token) ?? app.data.addSubscription(user, type, token);
  app.data.moveSubscription(subscription, user);
  if (subscribed === 'yes') changeSubscription(subscription, { enabled: true });
  if (subscribed === 'no') changeSubscription(subscription, { enabled: false, notification_types: UNSUBSCRIBED });
}

function isOverLimit(app: App, user: User | undefined, tags: readonly [string, string][]): boolean {
  const held = user?.tags ?? new Map();
  const added = tags.filter(([key, value]) => value !== '' && !held.has(key)).length;
  return added > 0 && held.size + added > app.options.maxTags;
}

function isOfOneSignal(name: string): boolean {
  return [...IDENTIFIERS, ...PROPERTIES, ...NOT_EMULATED, 'subscribed'].includes(name);
}

function refuse(problem: string): never {
  throw new Error(`The import refuses the file: ${problem}.`);
}
