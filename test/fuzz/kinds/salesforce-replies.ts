import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { isRelayError, RelayError } from '../../../relay/config/relay-error.ts';
import type { Verdict } from '../../../relay/mapping/outcome.ts';
import { isRecordIdOf } from '../../../relay/mapping/record.ts';
import { readAllocations } from '../../../relay/salesforce/allocations.ts';
import { readBulkPage } from '../../../relay/salesforce/bulk-page.ts';
import { bulkQueryState, startBulkQuery } from '../../../relay/salesforce/bulk-query.ts';
import { createRecordReader } from '../../../relay/salesforce/record-reader.ts';
import { writeVerdicts } from '../../../relay/salesforce/record-writer.ts';
import { toRelayError } from '../../../relay/salesforce/request-errors.ts';
import type { SalesforceSession } from '../../../relay/salesforce/session.ts';
import {
  readFieldRights,
  readFieldTypes,
  readMappingRows,
  readSettingsRow,
  readTimeZone,
} from '../../../relay/salesforce/setup-reader.ts';
import type { Chance } from '../chance.ts';
import type { Find, FuzzKind } from '../fuzz-kind.ts';
import { anyJson, mutated, nastyText, personalText, recordId } from '../hostile.ts';
import { isMarked } from '../marks.ts';

type Ask = (session: SalesforceSession, chance: Chance, find: Find) => Promise<unknown>;

/** Answers of Salesforce to REST, collections and bulk, and errors of every form. */
export function salesforceRepliesKind(): FuzzKind {
  return {
    name: 'salesforce reply',
    weight: 12,
    async play(chance, find) {
      const [name, ask] = chance.oneOf(Object.entries(ASKS));
      const { session, unstreamed } = fuzzedSession(chance);
      try {
        await ask(session, chance, find);
        return `${name}: taken`;
      } catch (error) {
        if (!isRelayError(error)) throw error;
        const told = { ...error, message: error.message, problems: error.problems };
        if (isMarked(inspect(told, { depth: 6 })) || isMarked(inspect(error.cause)))
          find(`${error.code} quotes an answer`);
        return `${name}: refused`;
      } finally {
        unstreamed();
      }
    },
  };
}

const VERDICT: Verdict = {
  recordId: '00Q000000000001EAA',
  object: 'Lead',
  status: 'Synced',
  reason: 'OK',
  detail: '',
  stage: 'New',
  answers: null,
  onesignalId: null,
  decidedAt: 0,
};

const ASKS: Readonly<Record<string, Ask>> = {
  async query(session, _chance, find) {
    const reader = createRecordReader(session, () => ({ Lead: ['Industry', 'Account.Industry'], Contact: [] }));
    for (const { id, object } of await reader.byId('Lead', ['00Q000000000001EAA']))
      if (!isRecordIdOf(object, id)) find('a record without an id of its object');
    await reader.inRecycleBin('Lead', ['00Q000000000001EAA']);
  },
  async changed(session) {
    const reader = createRecordReader(session, () => ({ Lead: [], Contact: [] }));
    let pages = 0;
    for await (const _ of reader.changedIn('Contact', { from: 0, to: undefined })) if (++pages > 3) break;
  },
  async collections(session, _chance, find) {
    for (const row of await writeVerdicts(session, [VERDICT]))
      if (!row.isWritten && !/^[A-Z][A-Z0-9_]*$/.test(row.statusCode)) find('a status code that is none');
  },
  limits: readAllocations,
  settings: readSettingsRow,
  'mapping rows': readMappingRows,
  'time zone': readTimeZone,
  describe: (session) => readFieldTypes(session, new Set(['Account', 'constructor'])),
  rights: (session) => readFieldRights(session, 'Lead'),
  'new job': (session) => startBulkQuery(session, 'SELECT Id FROM Lead'),
  job: (session) => bulkQueryState(session, '750000000000001AAA'),
  async results(session) {
    const page = await readBulkPage(session, '750000000000001AAA');
    for await (const _ of page.rows) {
      // Each is read.
    }
  },
};

function fuzzedSession(chance: Chance) {
  const streams: Readable[] = [];
  const answer = <T>(make: () => T): Promise<T> =>
    chance.happens(0.2) ? Promise.reject(toRelayError(anyError(chance))) : Promise.resolve(make());
  const session = {
    orgId: '00D000000000001EAA',
    request: () => answer(() => mutated(anyAnswer(chance), chance, 0.05)),
    stream: () =>
      answer(() => {
        const body = anyBody(chance);
        streams.push(body);
        const rows = chance.oneOf(['0', '1', '2', '-1', nastyText(chance)]);
        const headers: Record<string, string> = {
          'sforce-numberofrecords': rows,
          'sforce-locator': chance.oneOf(['null', 'abc', '', nastyText(chance)]),
        };
        return { header: (name: string) => (chance.happens(0.9) ? headers[name] : undefined), body };
      }),
  } as unknown as SalesforceSession;
  return { session, unstreamed: () => streams.forEach((stream) => void stream.destroy()) };
}

function anyAnswer(chance: Chance): unknown {
  const row = {
    Id: recordId(chance, 'Lead'),
    IsDeleted: chance.oneOf([false, true, 'true']),
    Status: personalText(chance),
    MasterRecordId: chance.oneOf([null, nastyText(chance)]),
    TimeZoneSidKey: chance.oneOf(['Europe/Berlin', nastyText(chance)]),
    Account: anyJson(chance, 1),
  };
  const done = chance.happens(0.8);
  return chance.oneOf<unknown>([
    {
      totalSize: 1,
      done,
      records: [row],
      ...(done
        ? {}
        : {
            nextRecordsUrl: chance.oneOf([
              '/services/data/v67.0/query/01g-2000',
              'https://evil.example/services/data/',
              nastyText(chance),
            ]),
          }),
    },
    [
      {
        success: chance.happens(0.5),
        errors: [
          {
            statusCode: chance.oneOf(['UNABLE_TO_LOCK_ROW', personalText(chance)]),
            message: personalText(chance),
            fields: [],
          },
        ],
      },
    ],
    { DailyApiRequests: { Max: 100, Remaining: 5 } },
    {
      fields: [
        {
          name: 'Industry',
          type: 'picklist',
          relationshipName: 'Account',
          referenceTo: ['Account'],
          updateable: true,
          picklistValues: [{ value: personalText(chance), active: true }],
        },
      ],
    },
    {
      id: chance.oneOf(['750000000000001AAA', nastyText(chance)]),
      state: chance.oneOf(['JobComplete', 'InProgress', 'Failed', 'Aborted']),
      numberRecordsProcessed: 3,
      errorMessage: chance.oneOf([null, `INVALID_FIELD: ${personalText(chance)}`]),
    },
    anyJson(chance),
  ]);
}

function anyBody(chance: Chance): Readable {
  const lines = [
    '"Id","Status"',
    `"00Q000000000001EAA","${personalText(chance)}"`,
    `"00Q000000000002EAA","${nastyText(chance)}`,
    nastyText(chance),
  ];
  return Readable.from([chance.some(4, () => chance.oneOf(lines)).join('\n')]);
}

/** As jsforce, undici and the machine throw them. */
function anyError(chance: Chance): unknown {
  const error = new Error(personalText(chance));
  return chance.oneOf<() => unknown>([
    () =>
      Object.assign(error, {
        errorCode: chance.oneOf(['INVALID_FIELD', 'REQUEST_LIMIT_EXCEEDED', 'constructor', personalText(chance), 7]),
        httpCode: nastyText(chance),
      }),
    () => Object.assign(error, { code: chance.oneOf(['ECONNRESET', personalText(chance)]) }),
    () => Object.assign(error, { name: chance.oneOf(['AbortError', personalText(chance)]) }),
    () => new RelayError('SALESFORCE_UNREACHABLE', 'Salesforce did not answer.'),
    () => personalText(chance),
    () => anyJson(chance),
  ])();
}
