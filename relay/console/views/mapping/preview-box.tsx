import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { PreviewAnswer, PreviewedRecord, PreviewRequest } from '../../../server/console/contract.ts';
import { Badge } from '../../parts/badge.tsx';
import { Card } from '../../parts/card.tsx';
import { FailureNotice } from '../../parts/notice.tsx';
import { TagDifference } from '../../parts/tag-difference.tsx';
import { Loading } from '../../parts/told.tsx';
import { type ApiFailure, post } from '../../session/api.ts';
import { asFailure } from '../../session/resource.ts';
import { hrefOf } from '../../session/route.ts';
import { stateWords } from '../../words/states.ts';
import { recordIdsIn, wrongWith } from './record-ids.ts';

/** What a sync would send for some records now; nothing is sent. */
export function PreviewBox(): JSX.Element {
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState<string | undefined>(undefined);
  const [isAsking, setIsAsking] = useState(false);
  const [answer, setAnswer] = useState<PreviewAnswer | undefined>(undefined);
  const [failure, setFailure] = useState<ApiFailure | undefined>(undefined);

  const submit = async (event: Event) => {
    event.preventDefault();
    const recordIds = recordIdsIn(text);
    const problem = wrongWith(recordIds);
    setWrong(problem);
    if (problem !== undefined) return;
    setIsAsking(true);
    setFailure(undefined);
    try {
      setAnswer(await post<PreviewAnswer>('/api/preview', { recordIds } satisfies PreviewRequest));
    } catch (error) {
      setFailure(asFailure(error));
    } finally {
      setIsAsking(false);
    }
  };

  return (
    <Card title="Preview" note="What a sync would send for a record now. Nothing is sent.">
      <form class="preview-form" onSubmit={(event) => void submit(event)} noValidate>
        <label class="field">
          <span>Record ids, up to 20</span>
          <textarea
            rows={2}
            value={text}
            spellcheck={false}
            aria-invalid={wrong !== undefined}
            aria-describedby="preview-wrong"
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <p class="wrong" id="preview-wrong" role="alert">
          {wrong}
        </p>
        <button type="submit" class="button primary" disabled={isAsking}>
          {isAsking ? 'Looking…' : 'Preview'}
        </button>
      </form>
      {failure !== undefined && <FailureNotice failure={failure} />}
      {isAsking && answer === undefined && <Loading what="the preview" />}
      {answer !== undefined && failure === undefined && (
        <ul class="previews" aria-label="Preview">
          {answer.records.map((record) => (
            <li key={record.recordId}>
              <Previewed record={record} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Previewed({ record }: { record: PreviewedRecord }): JSX.Element {
  const { recordId, status, reason, userKey, added, changed, removed } = record;
  const isUnchanged = Object.keys(added).length + changed.length + removed.length === 0;
  return (
    <>
      <p class="previewed">
        <Badge tone={stateWords(status).tone}>Would be {status}</Badge>
        <a href={hrefOf({ view: 'record', recordId })}>
          <code>{recordId}</code>
        </a>
        <code>{reason}</code>
      </p>
      {userKey !== null && (
        <p>
          OneSignal user <code>{userKey}</code>
        </p>
      )}
      {isUnchanged ? <p class="muted">No tag would change.</p> : <TagDifference {...{ added, changed, removed }} />}
    </>
  );
}
