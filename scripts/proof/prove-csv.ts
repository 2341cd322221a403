import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { ExportSummary } from '../../relay/pipeline/csv-export/export-users.ts';
import { type OneSignalEmulator, startOneSignal } from '../../test/emulators/onesignal/start-onesignal.ts';
import { startRelay } from '../../test/emulators/running-relay.ts';
import { startWorld, type World } from '../../test/emulators/world.ts';
import { savedId } from '../demo/play.ts';
import { type RealLead, readLeads } from '../demo/real-leads.ts';
import { prepareSampleOrg, SAMPLE_ORG } from '../demo/sample-org.ts';

export interface CsvProof {
  leads: number;
  won: number;
  /** With tags, after the sync. */
  users: number;
  tags: number;
  files: number;
  bytes: number;
  /** Of the export for a first fill: its command, from its start to its end. */
  seconds: number;
  salesforce_api_calls: number;
  /** What is not as it must be, a sentence each. */
  problems: string[];
}

export interface CsvProofOptions {
  leads?: string | undefined;
  deals?: string | undefined;
  /** Leads to make up where no file is named. */
  records: number;
  say(line: string): void;
}

type Lead = Pick<RealLead, 'mqlId' | 'origin' | 'wonAt'>;
/** A user, as far as an import can make it. */
type Person = { tags: Readonly<Record<string, string>>; subscribed: readonly string[] };

const MAIN = join(import.meta.dirname, '../../relay/cli/main.ts');
const PATIENCE_MS = 600_000;
/** As fast as OneSignal allows an app. */
const VARIABLES = { ONESIGNAL_REQUESTS_PER_SECOND: '1000' };
/** The folder of the store that synced. */
const KNOWING = 'store';
const STAGES = ['New', 'Working', 'MQL', 'On Hold'];
/** The lifecycle of a lead that was won. */
const WON = 'customer';

/** Syncs leads by the API, exports them, imports the files into an app that knows nobody, and compares both apps. */
export async function proveCsv({ say, ...options }: CsvProofOptions): Promise<CsvProof> {
  const leads = options.leads === undefined ? madeUp(options.records) : readLeads(options.leads, options.deals);
  const folder = mkdtempSync(join(tmpdir(), 'csv-'));
  const world = await startWorld(SAMPLE_ORG);
  try {
    prepareSampleOrg(world);
    say(`${leads.length} leads are synced by the API.`);
    await sync(world, join(folder, KNOWING), leads);
    say('They are exported beside the store of that sync, and as for a first fill, and both are imported.');
    const synced = peopleOf(world.onesignal);
    const { problems } = await roundTrip(world, folder, KNOWING, synced);
    const { problems: further, ...figures } = await roundTrip(world, folder, 'empty', synced);
    if (synced.size === 0) problems.push('nobody was synced: the proof shows nothing');
    return {
      leads: leads.length,
      won: leads.filter(({ wonAt }) => wonAt !== undefined).length,
      users: synced.size,
      tags: [...synced.values()].reduce((sum, { tags }) => sum + Object.keys(tags).length, 0),
      ...figures,
      problems: [...problems, ...further],
    };
  } finally {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param store the folder of the store that the export asks: an empty one can't know who had a shared address first */
async function roundTrip(world: World, folder: string, store: string, synced: ReadonlyMap<string, Person>) {
  const app = await startOneSignal({ appId: 'imported', apiKey: 'imported', plan: 'growth' });
  try {
    world.salesforce.stats.reset();
    const requests = world.onesignal.stats.requests;
    const { summary, seconds } = await runExport(world, folder, store);
    const salesforce_api_calls = world.salesforce.stats.apiCalls;
    const files = summary.files.map(({ name }) => readFileSync(join(folder, `${store}-out`, name)));
    const problems = imported(app, files);
    if (world.onesignal.stats.requests !== requests) problems.push('the export asked OneSignal');
    problems.push(...unlike(synced, peopleOf(app), store === KNOWING));
    const bytes = files.reduce((sum, { byteLength }) => sum + byteLength, 0);
    return { files: files.length, bytes, seconds, salesforce_api_calls, problems };
  } finally {
    await app.close();
  }
}

function madeUp(count: number): Lead[] {
  return Array.from({ length: count }, (_, n) => ({
    mqlId: n.toString(16).padStart(8, '0'),
    origin: n % 5 === 0 ? '' : `made_up_${n % 7}, "quoted"`,
    wonAt: n % 10 === 0 ? 0 : undefined,
  }));
}

async function sync(world: World, dataDir: string, leads: readonly Lead[]): Promise<void> {
  const relay = await startRelay(world, { dataDir, variables: VARIABLES });
  for (const [n, lead] of leads.entries()) {
    create(world, lead, n);
    if (n % 100 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  await relay.settled(PATIENCE_MS);
  await relay.stop({ keepData: true });
}

/**
 * Every second lead has a login of its own, every fourth no address, every ninth opts out, and every fiftieth has the login
 * of the one before, or its address.
 */
function create({ org, seller }: World, { mqlId, origin, wonAt }: Lead, n: number): void {
  const [shared, own] = [`shared-${n - (n % 50)}`, n % 2 === 0 ? `app-${mqlId}` : null];
  const id = org.create(
    'Lead',
    {
      LastName: mqlId,
      Company: 'Seller',
      Status: STAGES[n % STAGES.length] ?? null,
      LeadSource: origin || null,
      OneSignal_External_Id__c: n % 50 < 2 ? shared : own,
      Email: n % 4 === 0 ? null : `${n % 50 === 2 || n % 50 === 3 ? shared : mqlId}@example.com`,
      HasOptedOutOfEmail: n % 9 === 0,
    },
    seller,
  );
  if (wonAt !== undefined) org.convertLead(savedId(id), seller, { convertedStatus: 'Won' });
  else savedId(id);
}

async function runExport(
  world: World,
  folder: string,
  store: string,
): Promise<{ summary: ExportSummary; seconds: number }> {
  const env = { ...world.environment, RELAY_DATA_DIR: join(folder, store) };
  const startedAt = performance.now();
  const child = spawn(process.execPath, [MAIN, 'export-csv', '--out', join(folder, `${store}-out`), '--json'], {
    cwd: folder,
    env,
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.pipe(process.stderr);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the export ended with ${code}`);
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  return { summary: JSON.parse(output) as ExportSummary, seconds };
}

/** An import makes nobody whose row has no address: those the app knows already, as it knows who has signed up. */
function imported(app: OneSignalEmulator, files: readonly Buffer[]): string[] {
  return files.flatMap((file) => {
    for (const { external_id: externalId, email } of parse(file, { columns: true }) as Record<string, string>[])
      if (email === '' && externalId !== undefined) app.seedUser({ externalId });
    const { skipped, notImported } = app.importCsv(file);
    return skipped + notImported === 0 ? [] : [`${skipped} rows were skipped and ${notImported} not imported`];
  });
}

function peopleOf({ users }: OneSignalEmulator): Map<string, Person> {
  const withTags = users.all().filter(({ tags }) => Object.keys(tags).length > 0);
  return new Map(
    withTags.map(({ externalId, onesignalId, tags, subscriptions }) => [
      externalId ?? onesignalId,
      { tags, subscribed: subscriptions.flatMap(({ token, enabled }) => (enabled ? [token] : [])).sort() },
    ]),
  );
}

/**
 * @param isKnowing whether the store of the sync was asked. Else nobody knows who had a shared address first, so that all
 * have to have the same addresses only together; nor when a lead was won, to the second: no field of Salesforce says it.
 */
function unlike(synced: ReadonlyMap<string, Person>, made: ReadonlyMap<string, Person>, isKnowing: boolean): string[] {
  const tagsOf = ({ tags }: Person) =>
    Object.entries(tags).filter(([name]) => isKnowing || tags.sf_stage !== WON || name !== 'sf_stage_at');
  const inOrder = (person: Person | undefined) =>
    JSON.stringify([person && tagsOf(person).sort(), isKnowing ? person?.subscribed : undefined]);
  const subscribed = (people: ReadonlyMap<string, Person>) =>
    [...people.values()].flatMap((person) => person.subscribed).sort();
  const isSubscribedAlike = subscribed(synced).join() === subscribed(made).join();
  return [
    ...(isSubscribedAlike ? [] : ['other addresses are subscribed after the import than after the sync']),
    ...[...new Set([...synced.keys(), ...made.keys()])]
      .filter((key) => inOrder(synced.get(key)) !== inOrder(made.get(key)))
      .map(
        (key) =>
          `user ${key} is ${inOrder(made.get(key))} after the import, and ${inOrder(synced.get(key))} after the sync`,
      ),
  ];
}
