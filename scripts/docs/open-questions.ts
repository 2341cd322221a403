import { NOT_ASKED, numberOf, OPEN_QUESTIONS, QUESTION_IDS } from '../../relay/doctor/first-hour/open-questions.ts';
import { page, table } from './markdown.ts';

/** What the public documents leave open, how the doctor finds out, and what the relay does either way. */
export function openQuestionsPage(): string {
  const asked = QUESTION_IDS.map((id) => {
    const { about, question, asked, either } = OPEN_QUESTIONS[id];
    return [String(numberOf(id)), about, question, asked, either.yes, either.no];
  });
  return page('Open questions', [
    'What Salesforce and OneSignal do not say in public. `npm run relay -- doctor --write` asks it of your own org and app, on a lead and',
    'users of its own that are deleted at the end ([doctor.md](doctor.md)). The relay is right under either answer: both emulators can give',
    'both, and a test plays the whole first hour under all of them.',
    '',
    table(['', 'of', 'question', 'how the doctor asks', 'if yes, the relay', 'if no, the relay'], asked),
    '',
    '## Not asked',
    '',
    table(
      ['question', 'why not', 'what the relay does'],
      NOT_ASKED.map(({ question, why, relay }) => [question, why, relay]),
    ),
  ]);
}
