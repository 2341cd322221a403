import { expectEachBreakToBeFound, inFile } from './breaks.ts';

const MAIN = 'main/default';
const LEAD = `${MAIN}/objects/Lead/fields`;
const AFTER_SAVE = `${MAIN}/flows/OneSignal_Lead_After_Save.flow-meta.xml`;
const BYPASS = `${MAIN}/customPermissions/OneSignal_Bypass.customPermission-meta.xml`;
const externalId = `${LEAD}/OneSignal_External_Id__c.field-meta.xml`;

describe('XML that an org would refuse', () => {
  expectEachBreakToBeFound([
    inFile('xml-parse', 'a tag that is not closed', externalId, '</label>', ''),
    {
      rule: 'metadata-type',
      what: 'a kind of file without a table',
      file: `${MAIN}/flows/Odd.oddity-meta.xml`,
      edit: (copy) => copy.write(`${MAIN}/flows/Odd.oddity-meta.xml`, '<Odd/>'),
    },
    inFile('metadata-type', 'a root element of another kind', BYPASS, /CustomPermission( |>)/g, 'CustomPermit$1'),
    inFile('metadata-type', 'a wrong namespace', BYPASS, '2006/04/metadata', '2006/04/metadatas'),
    inFile('xml-element', 'an element that no flow has', AFTER_SAVE, '<status>', '<speed>1</speed><status>'),
    inFile('xml-element', 'a misspelt element of a condition', AFTER_SAVE, '<start>', '<start><connectors/>'),
    inFile(
      'xml-element',
      'an element whose type has no table',
      AFTER_SAVE,
      '    <start>',
      '    <screens><name>x</name></screens>\n    <start>',
    ),
    inFile(
      'xml-element',
      'elements where a value belongs',
      BYPASS,
      'OneSignal Bypass</label>',
      '<b>Bypass</b></label>',
    ),
    inFile(
      'xml-order',
      'elements in another order',
      externalId,
      /( *<length>128<\/length>\n)( *<required>false<\/required>\n)/,
      '$2$1',
    ),
    inFile('xml-repeat', 'an element twice', externalId, '<label>', '<label>x</label>\n    <label>'),
    inFile('xml-missing', 'a required element left out', BYPASS, '<isLicensed>false</isLicensed>', ''),
    inFile('xml-value', 'a value outside of the enumeration', AFTER_SAVE, '>IsChanged<', '>Changed<'),
    inFile('xml-value', 'a boolean that is none', externalId, '<unique>false<', '<unique>no<'),
    inFile('xml-value', 'a number that is none', externalId, '<length>128<', '<length>long<'),
  ]);
});
