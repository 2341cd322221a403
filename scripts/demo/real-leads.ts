import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { World } from '../../test/emulators/world.ts';
import { type Follow, IN_THE_BROWSER, type Scene, type Story, savedId } from './play.ts';

/** Statuses that the leads go through, and what the mapping makes of them. */
export const REAL_STAGES = { New: 'lead', Working: 'engaged', MQL: 'marketing_qualified', Won: 'customer' } as const;

export interface RealLead {
  mqlId: string;
  origin: string;
  contactedAt: number;
  wonAt: number | undefined;
}

interface Change {
  at: number;
  play(): void;
}

const HOUR_MS = 3_600_000;

/** Changes that are made before others get a turn, when no rate is asked for. */
const CHANGES_A_TURN = 25;

/**
 * Real leads, in the order of their dates: each comes in, is worked on and qualifies; those that were won are converted.
 * @param files a CSV with `mql_id`, `first_contact_date` (DD-MM-YYYY), `origin`; and one of deals with `mql_id`, `won_date`
 * @param rate changes a second; undefined: as fast as it goes
 */
export function realLeads(
  world: World,
  files: { leads: string; deals: string | undefined },
  rate: number | undefined,
): Story {
  const leads = readLeads(files.leads, files.deals);
  const follows: Follow[] = [];
  const changes = leads.flatMap((lead) => changesOf(lead, world, follows)).sort((a, b) => a.at - b.at);
  const scene: Scene = {
    title: `${leads.length} leads, ${leads.filter(({ wonAt }) => wonAt !== undefined).length} of them won, ${changes.length} changes`,
    play: () => playAll(changes, rate),
  };
  return { scenes: [scene], followed: () => follows, isCrowd: true };
}

export function readLeads(leadsFile: string, dealsFile: string | undefined): RealLead[] {
  const rows = (file: string) =>
    parse(readFileSync(file, 'utf8'), { columns: true, bom: true }) as Record<string, string>[];
  const won = new Map(
    (dealsFile === undefined ? [] : rows(dealsFile)).map((row) => [row.mql_id, time(row.won_date ?? '')]),
  );
  return rows(leadsFile).map((row) => ({
    mqlId: row.mql_id ?? '',
    origin: row.origin ?? '',
    contactedAt: time(row.first_contact_date ?? ''),
    wonAt: won.get(row.mql_id ?? ''),
  }));
}

/** `DD-MM-YYYY` or `DD-MM-YYYY HH:MM`. */
function time(text: string): number {
  const match = /^(\d{2})-(\d{2})-(\d{4})(?: (\d{2}):(\d{2}))?$/.exec(text);
  if (match === null) throw new Error(`not a date of the form DD-MM-YYYY: ${text}`);
  const [, day, month, year, hour = '00', minute = '00'] = match;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
}

function changesOf(lead: RealLead, world: World, follows: Follow[]): Change[] {
  const { org, seller } = world;
  const { mqlId, origin, contactedAt, wonAt } = lead;
  // Every second person has a login of their own; for the others the record id stands in.
  const login = Number.parseInt(mqlId.slice(-1), 16) % 2 === 0 ? `app-${mqlId}` : null;
  let id = '';
  const move = (stage: string) => savedId(org.update('Lead', id, { Status: stage }, seller, IN_THE_BROWSER));
  const source: Record<string, string> = origin === '' ? {} : { lead_source: origin.replaceAll('_', '-') };
  const follow = (
    object: 'Lead' | 'Contact',
    recordId: string,
    stage: keyof typeof REAL_STAGES,
    aliases: Record<string, string>,
  ) => {
    const expected = {
      status: 'Synced',
      reason: 'OK',
      user: login ?? id,
      tags: { sf_stage: REAL_STAGES[stage], ...source },
      aliases,
    } as const;
    follows.push({ object, id: recordId, name: mqlId, expected });
  };
  const create = () => {
    const fields = {
      LastName: mqlId,
      Company: 'Seller',
      Status: 'New',
      LeadSource: origin || null,
      OneSignal_External_Id__c: login,
    };
    id = savedId(org.create('Lead', fields, seller));
    if (wonAt === undefined) follow('Lead', id, 'MQL', { salesforce_id: id });
  };
  const win = () => {
    const { contactId } = org.convertLead(id, seller, { convertedStatus: 'Won' });
    const aliases = { salesforce_id: contactId, salesforce_lead_id: id };
    follow('Lead', id, 'Won', aliases);
    follow('Contact', contactId, 'Won', aliases);
  };
  const steps: Change[] = [
    { at: contactedAt, play: create },
    { at: contactedAt + HOUR_MS, play: () => move('Working') },
    { at: contactedAt + 2 * HOUR_MS, play: () => move('MQL') },
  ];
  // A few deals carry a date before the lead's third step: nobody wins a lead that has not come in.
  return wonAt === undefined ? steps : [...steps, { at: Math.max(wonAt, contactedAt + 3 * HOUR_MS), play: win }];
}

async function playAll(changes: readonly Change[], rate: number | undefined): Promise<void> {
  const startedAt = performance.now();
  for (const [index, change] of changes.entries()) {
    change.play();
    const isTurnOver = rate !== undefined || index % CHANGES_A_TURN === 0;
    if (!isTurnOver) continue;
    const dueAt = rate === undefined ? 0 : startedAt + ((index + 1) * 1000) / rate;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueAt - performance.now())));
  }
}
