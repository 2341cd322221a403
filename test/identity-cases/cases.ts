import type { World } from '../emulators/world.ts';
import type { Scenario } from '../integration/scenario.ts';
import type { IdentityCase } from './identity-case.ts';

const [OPEN, WORKING] = ['Open - Not Contacted', 'Working - Contacted'];

/** The record of a name, which the part before has given. */
const named = new WeakMap<Scenario, Map<string, string>>();

export function idOf(s: Scenario, name: string): string {
  const id = named.get(s)?.get(name);
  if (id === undefined) throw new Error(`nothing is called ${name}`);
  return id;
}

export function remember(s: Scenario, name: string, id: string): string {
  const names = named.get(s) ?? new Map<string, string>();
  named.set(s, names.set(name, id));
  return id;
}

const setting =
  (settings: Parameters<World['org']['setSettings']>[0]) =>
  ({ org }: World): void =>
    void org.setSettings(settings);

/** A field of leads becomes an alias of their users. */
function siteIsAlias({ org, relayUser }: World): void {
  relayUser.isAdministrator = true;
  org.putMetadataRow('OneSignal_Tag_Mapping__mdt', 'Site', {
    Object_Name__c: 'Lead',
    Field__c: 'Website',
    Kind__c: 'Alias',
    Tag__c: 'site',
    Is_Active__c: true,
  });
}

const sendsEmail = { prepare: setting({ Sync_Email__c: true }) };
const Email = 'ada@example.com';

export const IDENTITY_CASES: readonly IdentityCase[] = [
  {
    title: 'New lead',
    did: 'A lead is created.',
    happens: (s, name) => void name(s.lead(), 'lead'),
  },
  {
    title: 'New lead of somebody who uses the app',
    did: 'A lead is created with the external id `app-1`, which the app has given to a user.',
    before: (s) => void s.world.onesignal.seedUser({ externalId: 'app-1', aliases: { shop: '7' } }),
    happens: (s, name) => void name(s.lead({ OneSignal_External_Id__c: 'app-1' }), 'lead'),
  },
  {
    title: 'Stage moves',
    did: 'The lead’s status changes.',
    before: (s, name) => void name(s.lead(), 'lead'),
    happens: (s) => s.update(idOf(s, 'lead'), { Status: WORKING }),
  },
  {
    title: 'Sign-up',
    did: 'The external id is filled in later: somebody signed up in the app.',
    before: (s, name) => void name(s.lead(), 'lead'),
    happens: (s) => s.update(idOf(s, 'lead'), { OneSignal_External_Id__c: 'app-1' }),
    goesAway: ['lead'],
  },
  {
    title: 'Another sign-up',
    did: 'The external id changes from `app-1`, a user of the app, to `app-2`.',
    before(s, name) {
      s.world.onesignal.seedUser({ externalId: 'app-1', subscriptions: [{ type: 'iOSPush', token: 'phone' }] });
      name(s.lead({ OneSignal_External_Id__c: 'app-1' }), 'lead');
    },
    happens: (s) => s.update(idOf(s, 'lead'), { OneSignal_External_Id__c: 'app-2' }),
  },
  {
    title: 'Conversion',
    did: 'The lead is converted into a new contact, which has no stage yet.',
    before: (s, name) => void name(s.lead(), 'lead'),
    happens: (s, name) => void name(s.convert(idOf(s, 'lead')), 'contact'),
  },
  {
    title: 'The contact gets its own stage',
    did: 'After the conversion somebody sets the contact’s lifecycle stage.',
    async before(s, name) {
      const lead = name(s.lead(), 'lead');
      await s.settled();
      name(s.convert(lead), 'contact');
    },
    happens: (s) => s.update(idOf(s, 'contact'), { OneSignal_Lifecycle_Stage__c: 'Customer' }),
  },
  {
    title: 'Conversion into a known contact',
    did: 'The lead is converted into a contact that has a user of its own, `app-1`.',
    before(s, name) {
      name(s.contact({ OneSignal_Lifecycle_Stage__c: 'Lead', OneSignal_External_Id__c: 'app-1' }), 'contact');
      name(s.lead(), 'lead');
    },
    happens: (s) => void s.convert(idOf(s, 'lead'), idOf(s, 'contact')),
    goesAway: ['lead'],
  },
  {
    title: 'Merge',
    did: 'A lead is merged into another.',
    before(s, name) {
      name(s.lead(), 'winner');
      name(s.lead({ Status: WORKING }), 'loser');
    },
    happens: (s) => s.merge(idOf(s, 'winner'), idOf(s, 'loser')),
    goesAway: ['loser'],
  },
  {
    title: 'Merge of somebody who uses the app',
    did: 'A lead with the app’s external id `app-1` is merged into one without.',
    before(s, name) {
      s.world.onesignal.seedUser({ externalId: 'app-1', subscriptions: [{ type: 'iOSPush', token: 'phone' }] });
      name(s.lead(), 'winner');
      name(s.lead({ OneSignal_External_Id__c: 'app-1' }), 'loser');
    },
    happens: (s) => s.merge(idOf(s, 'winner'), idOf(s, 'loser')),
  },
  {
    title: 'Merge with a further alias',
    did: 'The loser’s website gave its user an alias; the winner has no website.',
    options: { prepare: siteIsAlias },
    before(s, name) {
      name(s.lead(), 'winner');
      name(s.lead({ Website: 'example.org' }), 'loser');
    },
    happens: (s) => s.merge(idOf(s, 'winner'), idOf(s, 'loser')),
    goesAway: ['loser'],
  },
  {
    title: 'Delete (ClearTags)',
    did: 'The lead is deleted; `Deleted_Record__c` is blank or `ClearTags`.',
    before: (s, name) => void name(s.lead(), 'lead'),
    happens: (s) => s.remove(idOf(s, 'lead')),
  },
  {
    title: 'Delete (Keep)',
    did: 'The lead is deleted; `Deleted_Record__c` is `Keep`.',
    options: { prepare: setting({ Deleted_Record__c: 'Keep' }) },
    before: (s, name) => void name(s.lead(), 'lead'),
    happens: (s) => s.remove(idOf(s, 'lead')),
  },
  {
    title: 'Delete (DeleteUser)',
    did: 'The lead is deleted; `Deleted_Record__c` is `DeleteUser`.',
    options: { prepare: setting({ Deleted_Record__c: 'DeleteUser' }) },
    before: (s, name) => void name(s.lead(), 'lead'),
    happens: (s) => s.remove(idOf(s, 'lead')),
  },
  {
    title: 'Two records, one person',
    did: 'A contact with a stage gets the external id that a lead has.',
    before: (s, name) => void name(s.lead({ OneSignal_External_Id__c: 'app-1' }), 'lead'),
    happens: (s, name) =>
      void name(s.contact({ OneSignal_Lifecycle_Stage__c: 'Customer', OneSignal_External_Id__c: 'app-1' }), 'contact'),
  },
  {
    title: 'The one that decided is deleted',
    did: 'Of a lead and a contact with one external id the contact is deleted.',
    before(s, name) {
      name(s.lead({ OneSignal_External_Id__c: 'app-1' }), 'lead');
      name(s.contact({ OneSignal_Lifecycle_Stage__c: 'Customer', OneSignal_External_Id__c: 'app-1' }), 'contact');
    },
    happens: (s) => s.remove(idOf(s, 'contact')),
  },
  {
    title: 'An alias that another record has',
    did: 'A lead is created whose website is the alias of another lead’s user.',
    options: { prepare: siteIsAlias },
    before: (s, name) => void name(s.lead({ Website: 'example.org' }), 'first'),
    happens: (s, name) => void name(s.lead({ Website: 'example.org' }), 'lead'),
  },
  {
    title: 'An alias that a user of ours keeps without right',
    did: 'A lead is created whose `salesforce_id` a user of ours from another time holds: its store was lost.',
    happens(s, name) {
      const lead = name(s.lead({ OneSignal_External_Id__c: 'app-1' }), 'lead');
      name('00Q000000000001EAA', 'old');
      s.world.onesignal.seedUser({ externalId: '00Q000000000001EAA', aliases: { salesforce_id: lead } });
    },
  },
  {
    title: 'No external id, and such records are skipped',
    did: 'A lead without an external id is created; `Missing_External_Id__c` is `Skip`.',
    options: { prepare: setting({ Missing_External_Id__c: 'Skip' }) },
    happens: (s, name) => void name(s.lead({ Status: OPEN }), 'lead'),
  },
  {
    title: 'Email',
    did: 'A lead with an email is created; `Sync_Email__c` is on here and below.',
    options: sendsEmail,
    happens: (s, name) => void name(s.lead({ Email }), 'lead'),
  },
  {
    title: 'Opt-out',
    did: 'Email Opt Out is ticked.',
    options: sendsEmail,
    before: (s, name) => void name(s.lead({ Email }), 'lead'),
    happens: (s) => s.update(idOf(s, 'lead'), { HasOptedOutOfEmail: true }),
  },
  {
    title: 'Opt-out taken back',
    did: 'Email Opt Out is ticked, and later no longer.',
    options: sendsEmail,
    async before(s, name) {
      const lead = name(s.lead({ Email }), 'lead');
      await s.settled();
      s.update(lead, { HasOptedOutOfEmail: true });
    },
    happens: (s) => s.update(idOf(s, 'lead'), { HasOptedOutOfEmail: false }),
  },
  {
    title: 'Shared email',
    did: 'A second lead has the email of the first.',
    options: sendsEmail,
    before: (s, name) => void name(s.lead({ Email }), 'first'),
    happens: (s, name) => void name(s.lead({ Email }), 'second'),
  },
  {
    title: 'Email of the app',
    did: 'A lead has the email that the app gave to its user `app-1`, for whom no record stands.',
    options: {
      prepare(world) {
        world.org.setSettings({ Sync_Email__c: true });
        world.onesignal.seedUser({ externalId: 'app-1', subscriptions: [{ type: 'Email', token: Email }] });
      },
    },
    happens: (s, name) => void name(s.lead({ Email }), 'lead'),
  },
  {
    title: 'Another email',
    did: 'The lead’s email changes.',
    options: sendsEmail,
    before: (s, name) => void name(s.lead({ Email }), 'lead'),
    happens: (s) => s.update(idOf(s, 'lead'), { Email: 'lovelace@example.com' }),
  },
  {
    title: 'Sign-up with an email',
    did: 'The external id of a lead with an email is filled in later.',
    options: sendsEmail,
    before: (s, name) => void name(s.lead({ Email }), 'lead'),
    happens: (s) => s.update(idOf(s, 'lead'), { OneSignal_External_Id__c: 'app-1' }),
    goesAway: ['lead'],
  },
  {
    title: 'Merge with an email',
    did: 'A lead with an email is merged into one without.',
    options: sendsEmail,
    before(s, name) {
      name(s.lead(), 'winner');
      name(s.lead({ Email }), 'loser');
    },
    happens: (s) => s.merge(idOf(s, 'winner'), idOf(s, 'loser')),
    goesAway: ['loser'],
  },
];
