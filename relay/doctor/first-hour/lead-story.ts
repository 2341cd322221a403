import type { ObjectName } from '../../mapping/record.ts';
import type { OneSignalClient } from '../../onesignal/onesignal-contract.ts';
import type { OneSignalUser } from '../../onesignal/onesignal-outcome.ts';
import { queryRows, type Row } from '../../salesforce/query.ts';
import { soqlText } from '../../salesforce/soql.ts';
import { type Finding, fail, pass } from '../check.ts';
import { type ActingUser, openActingUser } from './acting-user.ts';
import { type AnswerResult, answered } from './answers.ts';
import { type EventWatch, watchEvents } from './event-watch.ts';
import type { FirstHourOptions } from './first-hour-options.ts';
import type { QuestionId } from './open-questions.ts';
import { createOurRecords } from './our-records.ts';
import { startOwnRelay } from './own-relay.ts';
import { type Patience, until } from './patience.ts';
import { type RelayAtWork, reconcileNow } from './relay-at-work.ts';
import { type LeadStages, leadStages, lifecycleOf } from './stages.ts';
import { startMayReadSettings } from './start-condition.ts';
import type { StepId } from './steps.ts';
import { countsAsApiCall } from './stream-counts.ts';

export interface LeadStoryOptions extends FirstHourOptions {
  patience: Patience;
  client: OneSignalClient;
  /** Of the lead, and so of its user in OneSignal. */
  externalId: string;
}

const NAME = 'OneSignal Doctor (delete me)';
const FIELDS =
  'Id, OneSignal_Sync_Requested_At__c, OneSignal_Sync_Answered_At__c, OneSignal_Sync_Status__c, OneSignal_Sync_Reason__c, OneSignal_Sync_Detail__c, OneSignal_Synced_Stage__c';
const NO_EVENT =
  'See whether the flows of the package are active, whether the user who moves the lead holds “OneSignal Bypass”, and whether the sync is paused.';

/** A lead of its own on its way through the org, and whether OneSignal and the record keep up with it. */
export class LeadStory {
  readonly steps: readonly (readonly [StepId, () => Promise<Finding>])[] = [
    ['somebody', () => this.#findSomebody()],
    ['stream', () => this.#watchStream()],
    ['relay', () => this.#findRelay()],
    ['create', () => this.#create()],
    ['move', () => this.#move()],
    ['convert', () => this.#convert()],
    ['quiet', () => this.#listenForOwnEvents()],
    ['remove', () => this.#remove()],
  ];
  readonly #options: LeadStoryOptions;
  readonly #ours = createOurRecords();
  readonly #answers: AnswerResult[] = [];
  /** What is still there, in the order in which it is to be deleted. */
  readonly #made: [object: string, id: string][] = [];
  readonly #found: Partial<{ user: ActingUser; stages: LeadStages; watch: EventWatch; relay: RelayAtWork }> = {};
  #leadId = '';
  #contactId = '';

  constructor(options: LeadStoryOptions) {
    this.#options = options;
  }

  /** Those that have been found since the last time. */
  takeAnswers(): AnswerResult[] {
    return this.#answers.splice(0);
  }

  async #findSomebody(): Promise<Finding> {
    const { environment, setup } = this.#options;
    const user = await openActingUser(this.#options);
    this.#found.user = user;
    const stages = await leadStages(user, setup.mapping, setup.settings);
    if (stages === undefined)
      return fail(
        'The mapping sends fewer than two open stages and a converted one of the leads.',
        'Map two open statuses and a converted one, or let unmapped stages pass through.',
      );
    this.#found.stages = stages;
    const mayRead = await startMayReadSettings(user, environment.salesforce.apiVersion);
    const says = mayRead === undefined ? 'Salesforce did not say, or this user may not deploy.' : 'It was validated.';
    this.#answer('start_reads_settings', mayRead, says);
    return pass('Somebody is logged in who may move a lead.');
  }

  async #watchStream(): Promise<Finding> {
    const { environment, session, streamTiming: timing, patience, signal } = this.#options;
    const { channel, login } = environment.salesforce;
    const watch = () => watchEvents({ session, channel, timing, patience, signal });
    const counts = await countsAsApiCall(session, watch);
    this.#answer('stream_counts', counts.isCounted, counts.says);
    this.#found.watch = watch();
    const refusal = await this.#found.watch.subscribed();
    const isClientCredentials = login.flow === 'client_credentials';
    const says = refusal === undefined ? 'Salesforce took the subscription.' : `It was refused: ${refusal}.`;
    if (isClientCredentials) this.#answer('client_credentials_stream', refusal === undefined, says);
    else this.#answer('client_credentials_stream', undefined, 'Not asked: this login is JWT bearer.');
    return refusal === undefined ? pass(says) : fail(says, 'Look the reason up in docs/stream.md.');
  }

  async #findRelay(): Promise<Finding> {
    const { environment, streamTiming, beside, patience, signal } = this.#options;
    if (beside !== undefined) {
      this.#found.relay = beside;
      return pass('A relay runs on the store: it does the work.');
    }
    const own = await startOwnRelay({ environment, ours: this.#ours, streamTiming });
    this.#found.relay = own;
    const isReady = () => own.standsStill() === undefined || undefined;
    await until(isReady, { withinMs: patience.event, everyMs: patience.look, signal });
    const problem = own.standsStill();
    if (problem === undefined) return pass('The doctor’s own relay does the work, for this lead alone.');
    return fail(problem, 'Mend that first.');
  }

  async #create(): Promise<Finding> {
    const { externalId } = this.#options;
    const { user, stages } = this.#needed();
    const [stage] = stages.open;
    await this.#ours.during(async () => {
      const named = { LastName: NAME, Company: NAME, Status: stage, OneSignal_External_Id__c: externalId };
      this.#leadId = await user.create('Lead', named);
      this.#keep('Lead', this.#leadId);
    });
    return this.#follows(stage, 'Created');
  }

  async #move(): Promise<Finding> {
    const { user, stages, watch } = this.#needed();
    const [before, stage] = stages.open;
    await user.update('Lead', this.#leadId, { Status: stage });
    const finding = await this.#follows(stage, 'StageChanged');
    const { priorStage } = watch.of(this.#leadId).find(({ changeType }) => changeType === 'StageChanged') ?? {};
    this.#answer(
      'prior_stage',
      priorStage === undefined ? undefined : priorStage === before,
      priorStage ? `The event named “${priorStage}”.` : 'The event named none.',
    );
    return finding;
  }

  /** The event, the status and the tag of a stage that the lead was just given. */
  async #follows(stage: string, changeType: string): Promise<Finding> {
    const { watch } = this.#needed();
    const event = await watch.next(this.#leadId, changeType);
    if (event === undefined) return this.#stuck(`No event “${changeType}” came for it.`, NO_EVENT);
    return this.#isSynced('Lead', this.#leadId, stage);
  }

  async #convert(): Promise<Finding> {
    const { user, stages, watch, relay } = this.#needed();
    const { patience, signal } = this.#options;
    const before = await this.#record('Lead', this.#leadId);
    await this.#ours.during(async () => {
      const { contactId, accountId } = await user.convert(this.#leadId, stages.converted);
      this.#contactId = contactId;
      this.#keep('Account', accountId);
      this.#keep('Contact', contactId);
    });
    const event = await watch.next(this.#leadId, 'Converted');
    this.#answer('conversion_event', event !== undefined, event === undefined ? 'None came.' : 'Its event came.');
    const after = await this.#record('Lead', this.#leadId);
    const hasMoved = before?.OneSignal_Sync_Requested_At__c !== after?.OneSignal_Sync_Requested_At__c;
    this.#answer('conversion_stamp', hasMoved, hasMoved ? 'The stamp moved.' : 'The stamp stayed.');
    if (event === undefined) await reconcileNow(relay, patience, signal);
    return this.#isSynced('Contact', this.#contactId, stages.converted);
  }

  /** A write-back that caused an event would cause another write-back. */
  async #listenForOwnEvents(): Promise<Finding> {
    const { userId } = this.#options;
    const { watch } = this.#needed();
    const all = [this.#leadId, this.#contactId].flatMap((id) => watch.of(id));
    if (!all.some(({ causedBy }) => causedBy === userId)) return pass('The relay’s own writes caused no event.');
    return fail(
      'A write of the relay caused an event.',
      'Give the integration user the custom permission “OneSignal Bypass”: “OneSignal Relay” has it.',
    );
  }

  async #remove(): Promise<Finding> {
    const { user, watch, relay } = this.#needed();
    const { patience, setup, signal } = this.#options;
    await this.#removeMade(user);
    const event = await watch.next(this.#leadId, 'Deleted');
    this.#answer('deletion_event', event !== undefined, event === undefined ? 'None came.' : 'Its event came.');
    if (event === undefined) await reconcileNow(relay, patience, signal);
    const { deletedRecord, stageTag } = setup.settings;
    if (deletedRecord === 'Keep') return pass('The user stays as it is, as the settings say.');
    const isCleared = await this.#user((seen) => seen === undefined || !(stageTag in seen.tags));
    if (isCleared) return pass(`OneSignal no longer has the tag ${stageTag} for it.`);
    return this.#stuck(`OneSignal still has the tag ${stageTag} for it.`, 'See /readyz of the relay.');
  }

  /** Whatever came of the story: nothing of it stays, in neither place. */
  async cleanUp(): Promise<Finding> {
    const { client, externalId, patience } = this.#options;
    const { relay, watch, user } = this.#found;
    if (user !== undefined) await this.#removeMade(user).catch(() => undefined);
    await relay?.stop();
    await watch?.stop();
    const isGone = async () => {
      const { kind } = await client.deleteUser({ label: 'external_id', id: externalId }, externalId);
      return kind === 'accepted' || kind === 'not_found' || undefined;
    };
    // Not with the signal: a stop must not leave anything behind. And with patience: a relay beside us may be at this
    // user, which is allowed one write a second.
    const never = new AbortController().signal;
    const isUserGone = await until(isGone, { withinMs: patience.outcome, everyMs: patience.look, signal: never });
    const left = [...this.#made.map(([object, id]) => `${object} ${id}`), ...(isUserGone ? [] : [externalId])];
    if (left.length === 0) return pass('What was made is deleted; Salesforce keeps it in the recycle bin for 15 days.');
    return fail(`Still there: ${left.join(', ')}.`, 'Delete it by hand.');
  }

  async #removeMade(user: ActingUser): Promise<void> {
    for (let next = this.#made.at(-1); next !== undefined; next = this.#made.at(-1)) {
      await user.remove(...next);
      this.#made.pop();
    }
  }

  async #isSynced(object: ObjectName, id: string, stage: string): Promise<Finding> {
    const { setup } = this.#options;
    const { patience, signal } = this.#options;
    let last: Row | undefined;
    const look = async () => {
      last = await this.#record(object, id);
      const isAnswered = last?.OneSignal_Sync_Requested_At__c === last?.OneSignal_Sync_Answered_At__c;
      return isAnswered && last?.OneSignal_Synced_Stage__c === stage ? last : undefined;
    };
    const record = await until(look, { withinMs: patience.outcome, everyMs: patience.look, signal });
    if (record === undefined) return this.#stuck(`No status about “${stage}” came to the ${object}.`, 'See the card.');
    const { OneSignal_Sync_Status__c: status, OneSignal_Sync_Reason__c: reason } = record;
    const says = `The ${object} says ${status} (${reason})`;
    if (status !== 'Synced') return fail(`${says}: ${record.OneSignal_Sync_Detail__c}`, 'docs/status-codes.md has it.');
    const { stageTag } = setup.settings;
    const lifecycle = lifecycleOf(stage, setup.mapping);
    const hasIt = await this.#user((user) => user?.tags[stageTag] === lifecycle && user.identity.salesforce_id === id);
    if (hasIt) return pass(`${says}, and OneSignal has ${stageTag} = ${lifecycle}.`);
    return this.#stuck(`${says}, but OneSignal does not show ${stageTag} = ${lifecycle}.`, 'Run the doctor again.');
  }

  /** @returns whether the user came to be so in time. OneSignal takes a while to show what it took. */
  async #user(isSo: (user: OneSignalUser | undefined) => boolean): Promise<boolean> {
    const { client, externalId, patience, signal } = this.#options;
    const look = async () => {
      const outcome = await client.viewUser({ label: 'external_id', id: externalId });
      if (outcome.kind === 'viewed') return isSo(outcome.user) || undefined;
      return outcome.kind === 'not_found' && isSo(undefined) ? true : undefined;
    };
    return (await until(look, { withinMs: patience.outcome, everyMs: patience.look, signal })) === true;
  }

  async #record(object: ObjectName, id: string): Promise<Row | undefined> {
    const soql = `SELECT ${FIELDS} FROM ${object} WHERE Id = ${soqlText(id)}`;
    return (await queryRows(this.#options.session, 'query', soql))[0];
  }

  #stuck(says: string, fix: string): Finding {
    const problem = this.#found.relay?.standsStill();
    return fail(problem === undefined ? says : `${says} ${problem}`, fix);
  }

  #answer(id: QuestionId, isSo: boolean | undefined, says: string): void {
    this.#answers.push(answered(id, isSo, says));
  }

  #keep(object: string, id: string): void {
    this.#made.push([object, id]);
    this.#ours.add(id);
  }

  /** Each step comes after those that find these. */
  #needed() {
    const { user, stages, watch, relay } = this.#found;
    if (user === undefined || stages === undefined || watch === undefined || relay === undefined)
      throw new Error('A step of the first hour came before those that it needs.');
    return { user, stages, watch, relay };
  }
}
