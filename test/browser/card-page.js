import '@lwc/synthetic-shadow';
import OneSignalSyncCard from 'c/oneSignalSyncCard';
import { createElement } from 'lwc';
import { troubles } from './troubles.js';

let card;

/** What the test asks of the page; its stand-ins for Salesforce’s modules read `globalThis.page`. */
globalThis.cardPage = {
  /** Puts the card on the page, as a record page does. */
  show({ recordId, objectApiName, ...page }) {
    globalThis.page = { updates: [], ...page };
    card = createElement('c-one-signal-sync-card', { is: OneSignalSyncCard });
    Object.assign(card, { recordId, objectApiName });
    document.querySelector('main').replaceChildren(card);
  },
  /** Ids of the records that the card wrote to. */
  written: () => globalThis.page.updates.map(({ fields }) => fields.Id),
  badgeColour: () => getComputedStyle(card.shadowRoot.querySelector('.slds-badge')).backgroundColor,
  troubles,
};
