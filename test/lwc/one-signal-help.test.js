import { setup } from '@sa11y/jest';
import OneSignalHelp from 'c/oneSignalHelp';
import { createElement } from 'lwc';

setup();

/** The stub of a label is its name. */
const label = (name) => `c.OneSignal_Help_${name}`;
const state = (name) => `c.OneSignal_Card_${name}`;

function show() {
  const help = createElement('c-one-signal-help', { is: OneSignalHelp });
  document.body.appendChild(help);
  return help.shadowRoot;
}

const textsOf = (page, selector) => [...page.querySelectorAll(selector)].map(({ textContent }) => textContent.trim());

afterEach(() => document.body.replaceChildren());

test('each status is named as the card names it, and explained', () => {
  const page = show();
  expect(textsOf(page, 'dt')).toEqual(['Not_Synced', 'Pending', 'Synced', 'Skipped', 'Failed'].map(state));
  expect(textsOf(page, 'dd')).toEqual(['Not_Synced', 'Pending', 'Synced', 'Skipped', 'Failed'].map(label));
});

test('reasons stand under the status that they belong to, each with what to do', () => {
  const tables = [...show().querySelectorAll('table')].map((table) => [
    table.getAttribute('aria-label'),
    textsOf(table, 'tbody th'),
  ]);
  expect(tables).toEqual([
    [state('Synced'), expect.arrayContaining(['OK'])],
    [state('Skipped'), expect.arrayContaining(['NO_STAGE', 'SHARED_EXTERNAL_ID'])],
    [state('Failed'), expect.arrayContaining(['TAG_LIMIT', 'ALIAS_CLAIMED'])],
  ]);
});

test('it says how to send a record again, what an edit of the mapping does, and where the lists and reports are', () => {
  const { textContent } = show();
  for (const name of ['Resync_Text', 'Mapping_Text', 'Edit_Text', 'Lists_Text', 'Reports_Text'])
    expect(textContent).toContain(label(name));
});

test('it is accessible', async () => {
  await expect(show().host).toBeAccessible();
});
