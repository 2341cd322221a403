import type { FieldValues } from '../../test/emulators/salesforce/org-contract.ts';
import type { World } from '../../test/emulators/world.ts';
import {
  type Expected,
  type Follow,
  IN_THE_BROWSER,
  type ObjectName,
  type Scene,
  type Story,
  savedId,
} from './play.ts';

/** What the sample mapping rows in sfdx/examples make of each stage. */
const LIFECYCLE: Readonly<Record<string, string>> = {
  'Open - Not Contacted': 'lead',
  'Working - Contacted': 'marketing_qualified',
  'Closed - Converted': 'sales_qualified',
  'Closed - Not Converted': 'lost',
  Subscriber: 'subscriber',
  'Marketing Qualified': 'marketing_qualified',
  'Sales Qualified': 'sales_qualified',
  Opportunity: 'opportunity',
  Customer: 'customer',
};

const SCENES = [
  '09:00 The day begins',
  '10:30 First calls',
  '13:00 Afternoon calls',
  '15:00 Deals are won',
  '17:00 Loose ends',
];

type Ending = Pick<Expected, 'status' | 'reason' | 'emails'> & { hasUser?: boolean; tags?: Record<string, string> };
const SYNCED: Ending = { status: 'Synced', reason: 'OK' };

interface Person {
  object: ObjectName;
  name: string;
  /** The person's login in the app, which is the OneSignal external id. */
  login?: string;
  values?: FieldValues;
  /** Stage by scene, from the first one on; null leaves the record as it is. */
  stages: (string | null)[];
  ending?: Ending;
}

const lead = (name: string, stages: Person['stages'], more: Partial<Person> = {}): Person => ({
  object: 'Lead',
  name,
  stages,
  ...more,
});
const contact = (name: string, stages: Person['stages'], more: Partial<Person> = {}): Person => ({
  object: 'Contact',
  name,
  stages,
  ...more,
});
const [open, working, lost] = ['Open - Not Contacted', 'Working - Contacted', 'Closed - Not Converted'];

const OVER_CAP: Ending = { status: 'Failed', reason: 'TAG_LIMIT', tags: {} };
const UNMAPPED: Ending = { status: 'Skipped', reason: 'UNMAPPED_STAGE', tags: {} };
const NO_STAGE: Ending = { status: 'Skipped', reason: 'NO_STAGE', tags: {} };

/** Signs up in the app at the end of the day: only then the record gets her login. */
const SIGNS_UP = lead('Jana Nováková', [open], {
  values: { Email: 'jana@example.com' },
  ending: { ...SYNCED, emails: { 'jana@example.com': 'on' } },
});
/** Somebody typed Quentin in again, and merges the two at the end of the day. */
const TYPED_AGAIN = lead('Q. Moreau', [open], {});

/** Ticks Email Opt Out at the end of the day. */
const OPTS_OUT = lead('Amara Okafor', [open, working], {
  login: 'amara',
  values: { LeadSource: 'Web', Email: 'amara@example.com' },
  ending: { ...SYNCED, emails: { 'amara@example.com': 'off' } },
});
const FAMILY_EMAIL = 'family@example.com';
const HAS_FAMILY_EMAIL = lead('Lucía Fernández', [open, working, lost], {
  login: 'lucia',
  values: { Email: FAMILY_EMAIL },
  ending: { ...SYNCED, emails: { [FAMILY_EMAIL]: 'on' } },
});
/** Gives the same email during the day: it stays with the first. */
const GIVES_FAMILY_EMAIL = lead('Marek Zieliński', [open, null, lost], {
  ending: { status: 'Skipped', reason: 'SHARED_EMAIL' },
});

/** Somebody presses Resync. */
const ASKS_AGAIN = lead('Nadia Rahman', [open, working], { login: 'nadia' });

/** Leads that stay leads, and contacts. */
const PEOPLE: readonly Person[] = [
  OPTS_OUT,
  lead('Bruno Ferreira', [open, working, lost], { login: 'bruno', values: { LeadSource: 'Phone Inquiry' } }),
  lead('陳美玲', [open, null, working], { login: 'meiling' }),
  lead('Dmitri Волков', [open, working, lost], { values: { LeadSource: 'Partner Referral' } }),
  lead('Elif Şahin', [open], { login: 'elif' }),
  lead('فاطمة الزهراء', [open, working], { login: 'fatima', values: { LeadSource: 'Web' } }),
  lead('Grace Mensah', [open, null, working], {}),
  lead('Hanna Lindqvist', [open, working, null, lost], { login: 'hanna' }),
  lead('Ignacio Peña', [open, null, null, working], { login: 'ignacio' }),
  SIGNS_UP,
  lead('Kofi Asante', [open, working], { login: 'kofi', values: { LeadSource: 'Purchased List' } }),
  HAS_FAMILY_EMAIL,
  GIVES_FAMILY_EMAIL,
  ASKS_AGAIN,
  lead('Oliver Brandt', [open, 'On Hold'], { login: 'oliver', ending: UNMAPPED }),
  lead('Priya Nair', [open, working], { login: 'priya', ending: OVER_CAP }),
  lead('Quentin Moreau', [open], { login: 'quentin' }),
  TYPED_AGAIN,
  lead('Rosa Dell’Acqua', [open, working], {}),
  contact('Samuel Ortiz', ['Subscriber', 'Marketing Qualified', 'Sales Qualified', 'Opportunity'], { login: 'samuel' }),
  contact('Tove Nilsen', ['Subscriber', null, 'Marketing Qualified'], { login: 'tove' }),
  contact('Usha Iyer', ['Marketing Qualified', 'Sales Qualified', 'Opportunity', 'Customer'], { login: 'usha' }),
  contact('Viktor Hahn', ['Subscriber'], {}),
  contact('Wanjiru Kamau', ['Sales Qualified', null, 'Opportunity'], { login: 'wanjiru' }),
  contact('Xavier Roche', ['Marketing Qualified', null, null, null, ''], { login: 'xavier', ending: NO_STAGE }),
  contact('Yuki Tanaka', ['Opportunity', null, null, 'Customer'], { login: 'yuki' }),
  contact('Zoë de Vries', ['Subscriber', 'Marketing Qualified'], {}),
];

/** Leads that are won in the fourth scene; some of their contacts get a stage of their own in the fifth. */
const WON: readonly (Person & { contactStage?: string })[] = [
  lead('Aisha Bello', [open, working], { login: 'aisha', values: { LeadSource: 'Web' } }),
  { ...lead('Benedikt Wolf', [open, working], { login: 'benedikt' }), contactStage: 'Customer' },
  lead('Camila Rojas', [open, null, working], {}),
  { ...lead('David Kim', [open, working], {}), contactStage: 'Opportunity' },
];

/** The same person twice: a contact, and a lead that somebody typed in again. */
const TWICE = { name: 'Noor Haddad', login: 'noor' };

/** Tags of the app's own, which leave no room for one of ours on the plan of ten. */
const TEN_TAGS = Object.fromEntries(
  Array.from({ length: 10 }, (_, index) => [`app_tag_${index + 1}`, 'set by the app']),
);

/** A sales day of some thirty people, with what usually goes wrong on one. */
export function salesDay(world: World): Story {
  const ids = new Map<string, string>();
  const follows: Follow[] = [];
  const { org, seller } = world;
  const account = savedId(org.create('Account', { Name: 'Northwind', Industry: 'Retail' }, seller));

  const idOf = (person: { name: string }) => {
    const id = ids.get(person.name);
    if (id === undefined) throw new Error('a record is used before it is made');
    return id;
  };
  const create = ({ object, name, login, values, stages }: Person) => {
    const own = object === 'Lead' ? { Company: 'Northwind' } : { AccountId: account };
    const stage = stages[0] ?? null;
    const fields = {
      LastName: name,
      OneSignal_External_Id__c: login ?? null,
      [stageField(object)]: stage,
      ...own,
      ...values,
    };
    ids.set(name, savedId(org.create(object, fields, seller)));
  };
  const move = (person: Person, scene: number) => {
    const stage = person.stages[scene];
    if (scene > 0 && typeof stage === 'string') {
      savedId(
        org.update(
          person.object,
          idOf(person),
          { [stageField(person.object)]: stage === '' ? null : stage },
          seller,
          IN_THE_BROWSER,
        ),
      );
    }
  };

  const begin = () => {
    world.onesignal.seedUser({ externalId: 'priya', tags: TEN_TAGS });
    for (const person of [...PEOPLE, ...WON]) create(person);
    for (const person of PEOPLE) follows.push(followed(person, idOf(person)));
    create(contact(TWICE.name, ['Sales Qualified'], { login: TWICE.login }));
    const first = idOf(TWICE);
    follows.push(followed(contact(TWICE.name, ['Sales Qualified'], { login: TWICE.login }), first));
    create(lead(TWICE.name, [open], { login: TWICE.login }));
    follows.push({
      object: 'Lead',
      id: idOf(TWICE),
      name: `${TWICE.name} (again)`,
      expected: {
        status: 'Skipped',
        reason: 'SHARED_EXTERNAL_ID',
        user: TWICE.login,
        tags: tagsFor('Sales Qualified', { industry: 'retail' }),
        aliases: { salesforce_id: first },
      },
    });
  };
  const win = () => {
    for (const person of WON) {
      const leadId = idOf(person);
      const { contactId } = org.convertLead(leadId, seller);
      follows.push(...followedConversion(person, leadId, contactId, person.contactStage));
    }
  };
  const change = (person: { name: string }, changed: (follow: Follow) => Follow) => {
    const place = follows.findIndex(({ id }) => id === idOf(person));
    const follow = follows[place];
    if (follow !== undefined) follows[place] = changed(follow);
  };
  const edit = (person: Person, values: FieldValues) =>
    savedId(org.update('Lead', idOf(person), values, seller, IN_THE_BROWSER));
  const signUp = () => {
    edit(SIGNS_UP, { OneSignal_External_Id__c: 'jana' });
    change(SIGNS_UP, (follow) => ({ ...follow, expected: { ...follow.expected, user: 'jana' } }));
  };
  const merge = () => {
    savedId(org.merge('Lead', idOf({ name: 'Quentin Moreau' }), [idOf(TYPED_AGAIN)], seller));
    change(TYPED_AGAIN, (follow) => ({
      ...follow,
      name: `${follow.name} (merged)`,
      isMerged: true,
      expected: { ...follow.expected, tags: {}, aliases: {} },
    }));
  };
  const looseEnds = () => {
    edit(OPTS_OUT, { HasOptedOutOfEmail: true });
    signUp();
    merge();
    for (const person of WON) {
      const contactId = follows.find((follow) => follow.object === 'Contact' && follow.name === person.name)?.id;
      if (person.contactStage === undefined || contactId === undefined) continue;
      savedId(
        org.update('Contact', contactId, { OneSignal_Lifecycle_Stage__c: person.contactStage }, seller, IN_THE_BROWSER),
      );
    }
    edit(ASKS_AGAIN, { OneSignal_Sync_Requested_At__c: new Date(org.now()).toISOString() });
  };

  const scenes = SCENES.map(
    (title, scene): Scene => ({
      title,
      play() {
        if (scene === 0) begin();
        for (const person of [...PEOPLE, ...WON]) move(person, scene);
        if (scene === 1) edit(GIVES_FAMILY_EMAIL, { Email: FAMILY_EMAIL });
        if (scene === 3) win();
        if (scene === 4) looseEnds();
      },
    }),
  );
  return { scenes, followed: () => follows, isCrowd: false };
}

function stageField(object: ObjectName): string {
  return object === 'Lead' ? 'Status' : 'OneSignal_Lifecycle_Stage__c';
}

function followed(person: Person, id: string): Follow {
  const { status, reason, tags, emails } = person.ending ?? SYNCED;
  const stage = person.stages.findLast((value) => value !== null) ?? '';
  const source = person.values?.LeadSource;
  const more =
    person.object === 'Contact'
      ? { industry: 'retail' }
      : typeof source === 'string'
        ? { lead_source: slug(source) }
        : {};
  const aliases = reason === 'TAG_LIMIT' ? {} : { salesforce_id: id };
  const expected = {
    status,
    reason,
    user: person.login ?? id,
    tags: tags ?? tagsFor(stage, more),
    aliases,
    ...(emails && { emails }),
  };
  return { object: person.object, id, name: person.name, expected };
}

/** The lead and its contact are one user; a contact without a stage goes on with the lead's. */
function followedConversion(
  person: Person,
  leadId: string,
  contactId: string,
  contactStage: string | undefined,
): Follow[] {
  const source = person.values?.LeadSource;
  const leadTags = tagsFor('Closed - Converted', typeof source === 'string' ? { lead_source: slug(source) } : {});
  const user = person.login ?? leadId;
  const aliases = { salesforce_id: contactId, salesforce_lead_id: leadId };
  const tags = contactStage === undefined ? leadTags : tagsFor(contactStage, {});
  const ofLead = contactStage === undefined ? SYNCED : ({ status: 'Skipped', reason: 'SHARED_EXTERNAL_ID' } as const);
  return [
    { object: 'Lead', id: leadId, name: `${person.name} (won)`, expected: { ...pick(ofLead), user, tags, aliases } },
    { object: 'Contact', id: contactId, name: person.name, expected: { ...pick(SYNCED), user, tags, aliases } },
  ];
}

function pick({ status, reason }: Ending): Pick<Expected, 'status' | 'reason'> {
  return { status, reason };
}

function tagsFor(stage: string, more: Record<string, string>): Record<string, string> {
  return { sf_stage: LIFECYCLE[stage] ?? stage, ...more };
}

function slug(text: string): string {
  return text.toLowerCase().replaceAll(' ', '-');
}
