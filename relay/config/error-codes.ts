/**
 * Every error that can stop a command or a side of the relay, or that the webhook answers: its stable code, and what to do next.
 * `docs/error-codes.md` lists the same table; a test fails when the two differ.
 */
export const ERROR_CODES = {
  ENVIRONMENT_INVALID: 'Correct each variable named above; `.env.example` shows all of them.',
  COMMAND_INVALID: 'Correct the command; `--help` shows what it takes.',
  PORT_IN_USE: 'Stop the other process, or set PORT to a free port (0 picks one).',
  LISTEN_FAILED: 'Set HOST to an address of this machine and PORT to a port that this user may open.',
  DATA_DIR_UNWRITABLE:
    'Make the folder in RELAY_DATA_DIR writable for the user who runs the relay, or name another one.',
  STORE_NEWER: 'Run the relay version that wrote this store, or a later one.',
  STORE_OTHER_ORG:
    'Point RELAY_DATA_DIR, or the schema in DATABASE_URL, at the store of this org; an empty folder or another schema makes a new one.',
  STORE_OTHER_APP:
    'Point RELAY_DATA_DIR, or the schema in DATABASE_URL, at the store of this OneSignal app; an empty folder or another schema makes a new one.',
  STORE_BUSY: 'Stop the other relay that runs on this folder, or give this one its own RELAY_DATA_DIR.',
  PART_LOST: 'Nothing: another relay took over, because this one was silent for too long. It joins again by itself.',
  STORE_FAILED:
    'Look at the disk that holds RELAY_DATA_DIR: free space, permissions, hardware; or at the PostgreSQL server in DATABASE_URL: whether it is up and reachable, and takes this user and password.',
  DATABASE_UNREACHABLE:
    'Start the PostgreSQL server in DATABASE_URL, or correct its host and port. A relay that runs waits for it by itself.',
  SALESFORCE_LOGIN_REFUSED:
    'Check the External Client App: the client id, its certificate or secret, the flow that is switched on, and that the user is pre-authorised.',
  SALESFORCE_UNREACHABLE:
    'Check SALESFORCE_LOGIN_URL and that this machine can reach it. The relay tries again by itself.',
  SALESFORCE_FORBIDDEN: 'Give the integration user the permission set OneSignal_Relay and API access.',
  SALESFORCE_REQUEST_FAILED:
    'The relay tries again by itself; if it stays, look at Salesforce Trust for the status of your instance.',
  SALESFORCE_QUERY_REFUSED:
    'Deploy the package of the same version as the relay, and give the integration user the permission set OneSignal_Relay.',
  SALESFORCE_TIMEOUT: 'The relay tries again by itself, with smaller queries where it can.',
  SALESFORCE_LOCATOR_EXPIRED: 'The relay asks again by itself.',
  RECONCILE_TOO_SLOW:
    'Ask Salesforce Support why queries by SystemModstamp on Lead and Contact take so long, and take slow formula fields out of the mapping.',
  SALESFORCE_API_LIMIT:
    'Wait: the org has spent its API calls of the last 24 hours. The relay goes on by itself when some are free.',
  BULK_QUERY_GONE: 'The relay starts a new query from where the old one was.',
  BULK_QUERY_FAILED:
    'Look at the job in Setup > Bulk Data Load Jobs: why it failed, or who aborted it. Then run the command again, which goes on from where it was.',
  BULK_QUERY_LIMIT:
    'Wait: the org has used up its bulk queries of the last 24 hours, 10,000 jobs or 1 TB of results. Then run the command again.',
  SALESFORCE_API_VERSION: 'Set SALESFORCE_API_VERSION to a version that the org offers, 52.0 or later.',
  BACKFILL_STOPPED:
    'Nothing: what was made due by then is synced. `backfill` begins anew and leaves alone what is right.',
  CONSOLE_LOGIN_NEEDED: 'Log in with the token in RELAY_ADMIN_TOKEN, or send it as a Bearer token.',
  CONSOLE_LOGIN_REFUSED: 'Use the token in RELAY_ADMIN_TOKEN of this relay.',
  CONSOLE_TOO_MANY_ATTEMPTS: 'Wait a quarter of an hour, then log in with the right token.',
  CONSOLE_OTHER_SITE:
    'Use the console’s own page; a proxy in front of the relay has to pass on the Host header as the browser sent it.',
  CONSOLE_REQUEST_INVALID: 'Correct the request; docs/console.md says what each takes.',
  CONSOLE_NOT_FOUND: 'Check the address or the id: the relay knows records that it has worked on.',
  CONSOLE_NOT_BUILT: 'Build the page with `npm run build`; the package as published has it.',
  CONSOLE_TOO_MANY_WATCHERS: 'Close a console that is open elsewhere; the page asks again by itself.',
  CONSOLE_DEFECT: 'Report what you asked for and when; the relay itself goes on.',
  RELAY_STARTING: 'Wait a moment: the relay is opening its store.',
  DOCTOR_SAVE_REFUSED:
    'Give the user who moves the lead Create, Edit and Delete on leads, contacts and accounts, the right to convert leads, and the permission set OneSignal_Admin; or look at the rule of the org that refuses it.',
  ONESIGNAL_KEY_REFUSED:
    'Check ONESIGNAL_API_KEY and ONESIGNAL_APP_ID in Settings > Keys & IDs, and the key’s list of allowed addresses.',
  WEBHOOK_NOT_READY: 'Nothing: the relay has just started, and OneSignal sends the event again.',
  WEBHOOK_TOKEN_REFUSED:
    'Set the header of the event stream in OneSignal to `Authorization: Bearer` and the token in RELAY_WEBHOOK_TOKEN.',
  WEBHOOK_NETWORK_REFUSED:
    'Add the address that the request came from to RELAY_WEBHOOK_NETWORKS; behind a proxy set RELAY_TRUST_PROXY too.',
  WEBHOOK_BODY_REFUSED: 'Copy the body of the event stream in OneSignal from docs/engagement.md once more.',
  WEBHOOK_TOO_MANY: 'Nothing: OneSignal sends the event again. If it stays, choose fewer kinds of events.',
  ONESIGNAL_UNREACHABLE: 'Check that this machine can reach ONESIGNAL_API_URL. The relay tries again by itself.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;
