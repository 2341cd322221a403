/** `unknown`: it was asked, and what came back tells neither. */
export type Answer = 'yes' | 'no' | 'unknown';

/** Something that the public documents leave open, and how the relay gets by. */
export interface OpenQuestion {
  about: 'Salesforce' | 'OneSignal';
  question: string;
  /** How `doctor --write` finds out. */
  asked: string;
  /** What the relay does under each answer. */
  either: Readonly<Record<'yes' | 'no', string>>;
}

/**
 * What `doctor --write` asks, in the order of the numbers on docs/open-questions.md. The emulators can give either
 * answer to each, and a test runs the first hour under both.
 */
export const OPEN_QUESTIONS = {
  conversion_event: {
    about: 'Salesforce',
    question: 'Does an after-save flow run on the lead when it is converted?',
    asked: 'Converts a lead and waits for its event.',
    either: {
      yes: 'The conversion is in OneSignal within a second.',
      no: 'Reconcile finds the conversion by the record itself, within RELAY_RECONCILE_MINUTES.',
    },
  },
  conversion_stamp: {
    about: 'Salesforce',
    question: 'Does a before-save flow run on the lead when it is converted?',
    asked: 'Compares OneSignal Sync Requested At before and after the conversion.',
    either: {
      yes: 'The stamp moves, and the verdict echoes the new one.',
      no: 'The verdict echoes the old stamp: a conversion is known by IsConverted, never by the stamp. “Require Validation for Converted Leads” makes it move.',
    },
  },
  prior_stage: {
    about: 'Salesforce',
    question: 'Does an after-save flow know the stage before?',
    asked: 'Moves a lead and looks at Prior_Stage__c of its event.',
    either: {
      yes: 'Custom events and messages carry the stage before as it was.',
      no: 'They carry the new stage alone; tags don’t need the one before.',
    },
  },
  deletion_event: {
    about: 'Salesforce',
    question: 'Is the event of a before-delete flow published?',
    asked: 'Deletes the lead and waits for its event.',
    either: {
      yes: 'What is to happen to the user happens within a second.',
      no: 'Reconcile finds the row in the recycle bin, within RELAY_RECONCILE_MINUTES.',
    },
  },
  start_reads_settings: {
    about: 'Salesforce',
    question: 'May the start condition of a flow read a custom setting?',
    asked: 'Has Salesforce validate such a flow, without deploying it.',
    either: {
      yes: 'The package’s flows read the pause in a Decision after the start all the same.',
      no: 'The package’s flows read the pause in a Decision after the start.',
    },
  },
  stream_counts: {
    about: 'Salesforce',
    question: 'Do requests of the event stream count as API calls?',
    asked: 'Looks at the org’s API calls before and after a subscription, three times.',
    either: {
      yes: 'A quiet stream costs about 800 of the org’s calls a day, one every 110 seconds.',
      no: 'The stream costs event deliveries only.',
    },
  },
  client_credentials_stream: {
    about: 'Salesforce',
    question: 'Does the event stream take a login by client credentials?',
    asked: 'Subscribes, where client credentials are the login.',
    either: {
      yes: 'Either login does.',
      no: 'Use JWT bearer. Until then /readyz says that the stream is refused, and reconcile carries every change.',
    },
  },
  unknown_user: {
    about: 'OneSignal',
    question: 'Is a PATCH of tags for a user that does not exist answered with 404?',
    asked: 'Sends one for an external id that nobody has.',
    either: {
      yes: 'A user that somebody deleted in OneSignal is made anew with the next change of its record.',
      no: 'Such a user is made anew with the next change of its aliases or the next Resync, whose PATCH of the identity answers 404.',
    },
  },
  visible_at_once: {
    about: 'OneSignal',
    question: 'Is a new user there for a PATCH a second later?',
    asked: 'Creates a user and sends a PATCH of its identity, whose 404 is documented, until it is taken.',
    either: {
      yes: 'A second change goes through at once.',
      no: 'A 404 within a minute of our own create is tried again, never taken for a deletion.',
    },
  },
  post_tags: {
    about: 'OneSignal',
    question: 'Do the tags of a POST reach a user that exists?',
    asked: 'Sends one with a tag for a user that exists, and views the user.',
    either: {
      yes: 'The PATCH that follows each such POST sets the same tags once more.',
      no: 'The PATCH that follows each such POST sets them.',
    },
  },
  post_aliases: {
    about: 'OneSignal',
    question: 'Does a POST add a new alias to a user that exists?',
    asked: 'Sends one with an alias for a user that exists, and views the user.',
    either: {
      yes: 'The PATCH of the identity that follows each such POST sets the same aliases once more.',
      no: 'The PATCH of the identity that follows each such POST sets them.',
    },
  },
  aliases_share_limit: {
    about: 'OneSignal',
    question: 'Does a change of aliases count in the limit of one write a second for a user?',
    asked: 'Sends one right after a PATCH of tags.',
    either: {
      yes: 'All writes to one user are at least a second apart.',
      no: 'They are all the same: a change of tags and aliases takes a second longer than it would have to.',
    },
  },
  more_than_ten_aliases: {
    about: 'OneSignal',
    question: 'May a user have more than ten aliases?',
    asked: 'Gives a user eleven.',
    either: {
      yes: 'The relay sets ten at most all the same; further ones are named as left out.',
      no: 'The relay sets ten at most. Where the app’s own leave less room, ours are set and further ones are named as left out.',
    },
  },
  aliases_have_case: {
    about: 'OneSignal',
    question: 'Are aliases that differ only in case two?',
    asked: 'Views a user by its external id in capitals.',
    either: {
      yes: 'Ids are sent as Salesforce holds them; record ids always with 18 characters.',
      no: 'The same: 18-character record ids never differ in case alone. Two external ids that do are one user, whose tags follow the record that changed last: make them differ.',
    },
  },
  empty_update: {
    about: 'OneSignal',
    question: 'Is an update of an address taken that changes nothing?',
    asked: 'Creates an address at example.com on a user of its own and sends one.',
    either: {
      yes: 'So the relay learns whether the app has an address, without changing it.',
      no: 'A refusal tells as much: the address is there. Only a 404 says that it is not.',
    },
  },
} as const satisfies Record<string, OpenQuestion>;

export type QuestionId = keyof typeof OPEN_QUESTIONS;

export const QUESTION_IDS = Object.keys(OPEN_QUESTIONS) as QuestionId[];

/** On docs/open-questions.md. */
export function numberOf(id: QuestionId): number {
  return QUESTION_IDS.indexOf(id) + 1;
}

/** What nobody can find out in an hour, or not without harm. */
export const NOT_ASKED: readonly { question: string; why: string; relay: string }[] = [
  {
    question: 'Does Salesforce deliver each event at least once?',
    why: 'One hour without a loss proves nothing.',
    relay: 'Goes by the records: reconcile finds what no event told, and an event that comes twice changes nothing.',
  },
  {
    question: 'For how long does OneSignal know the idempotency key of a custom event: 4 hours or 30 days?',
    why: 'It takes longer than an hour, and makes an event that stays in the app.',
    relay: 'Keeps in its own store what was told for a day, and tells of nothing that is older than an hour.',
  },
  {
    question: 'How many custom events a second does OneSignal take?',
    why: 'The limit is not published, and looking for it would spend the app’s own.',
    relay: 'Sends one batch at a time, and waits as long as a 429 says.',
  },
  {
    question: 'How long may a tag key or a tag value be?',
    why: 'A limit that is found today is no promise.',
    relay: 'A refusal is the verdict on that record (ONESIGNAL_REJECTED), with OneSignal’s code.',
  },
  {
    question: 'Which external ids does OneSignal refuse as placeholders?',
    why: 'The full list is not published.',
    relay: 'Refuses those that are documented before it asks; another refusal is the verdict on that record.',
  },
];
