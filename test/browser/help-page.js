import '@lwc/synthetic-shadow';
import OneSignalHelp from 'c/oneSignalHelp';
import { createElement } from 'lwc';
import { troubles } from './troubles.js';

document.querySelector('main').replaceChildren(createElement('c-one-signal-help', { is: OneSignalHelp }));

/** What the test asks of the page. */
globalThis.helpPage = { troubles };
