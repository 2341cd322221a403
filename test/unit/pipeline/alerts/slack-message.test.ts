import { slackMessage } from '../../../../relay/pipeline/alerts/slack-message.ts';
import { MINUTE, T0 } from './alert-samples.ts';

const TELLER = { appId: '6f1d4c1e', orgId: '00D000000000001EAA' };

test('all that is new is one text: what, since when, what next and where it is explained', () => {
  const { text } = slackMessage(
    [
      { kind: 'started', name: 'lag', since: T0, what: 'A change waits.', next: 'Look at /readyz.' },
      { kind: 'ended', name: 'store_failing', since: T0, endedAt: T0 + 12 * MINUTE },
      { kind: 'ended', name: 'dead_letters', since: T0, endedAt: T0 + 1 },
    ],
    TELLER,
  );
  expect(text.split('\n')).toEqual([
    '*OneSignal for Salesforce* (org 00D000000000001EAA, OneSignal app 6f1d4c1e)',
    ':rotating_light: *lag* since 2026-11-25 12:00 UTC: A change waits. Next: Look at /readyz. (docs/runbook.md#lag)',
    ':white_check_mark: *store_failing* is over, after 12 minutes.',
    ':white_check_mark: *dead_letters* is over, after a minute.',
  ]);
});

test('what Slack would read as markup is escaped, and an org that is not known yet is left out', () => {
  const news = { kind: 'started', name: 'lag', since: T0, what: 'Settings > Keys & <IDs>', next: 'N.' } as const;
  const { text } = slackMessage([news], { ...TELLER, orgId: undefined });
  expect(text).toContain('Settings &gt; Keys &amp; &lt;IDs&gt;');
  expect(text).toContain('(OneSignal app 6f1d4c1e)');
});
