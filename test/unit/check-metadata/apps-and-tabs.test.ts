import { expectEachBreakToBeFound, inFile } from './breaks.ts';

const MAIN = 'main/default';
const APP = `${MAIN}/applications/OneSignal.app-meta.xml`;
const TAB = `${MAIN}/tabs/OneSignal_Help.tab-meta.xml`;
const HELP = `${MAIN}/lwc/oneSignalHelp/oneSignalHelp.js-meta.xml`;

describe('apps and tabs', () => {
  expectEachBreakToBeFound([
    inFile('app', 'a tab that is not there', APP, '>OneSignal_Help<', '>OneSignal_Start<'),
    inFile('app', 'a tab of Salesforce that is misspelt', APP, '>standard-Lead<', '>standard-Leads<'),
    inFile('app', 'a tab that is there twice', APP, '>standard-Lead<', '>standard-Contact<'),
    inFile('app', 'an app without a label', APP, /<label>.*<\/label>/, ''),
    inFile('app', 'an app for no screen', APP, /<formFactors>.*<\/formFactors>/, ''),
    inFile('xml-value', 'a navigation that there is not', APP, '>Standard<', '>Tabs<'),
    inFile('xml-order', 'tabs after the kind of app', APP, /(<tabs>.*<\/tabs>)(.*<\/uiType>)/s, '$2$1'),
    inFile('text-length', 'a label that is too long', APP, '<label>', `<label>${'x'.repeat(41)}`),
    inFile('tab', 'a component that is not there', TAB, '>oneSignalHelp<', '>oneSignalManual<'),
    inFile('tab', 'a component with a prefix', TAB, '>oneSignalHelp<', '>c:oneSignalHelp<'),
    inFile('tab', 'a component that is not meant for tabs', TAB, '>oneSignalHelp<', '>oneSignalSyncCard<'),
    { ...inFile('tab', 'a component that is not exposed', HELP, '>true<', '>false<'), file: TAB },
    inFile('tab', 'a tab that shows nothing', TAB, /<lwcComponent>.*<\/lwcComponent>/, ''),
    inFile('tab', 'a tab that shows two things', TAB, '</motif>', '</motif><url>https://example.com</url>'),
    inFile('tab', 'an icon that there is not', TAB, 'Custom53: Bell', 'Custom530: Bell'),
    inFile('tab', 'a tab without a label', TAB, /<label>.*<\/label>/, ''),
  ]);
});
