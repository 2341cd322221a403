import { expectEachBreakToBeFound, inFile } from './breaks.ts';

const MAIN = 'main/default';
const LEAD = `${MAIN}/objects/Lead/fields`;
const AFTER_SAVE = `${MAIN}/flows/OneSignal_Lead_After_Save.flow-meta.xml`;
const BEFORE_DELETE = `${MAIN}/flows/OneSignal_Lead_Before_Delete.flow-meta.xml`;
const due = `${LEAD}/OneSignal_Sync_Due__c.field-meta.xml`;

describe('formulas', () => {
  expectEachBreakToBeFound([
    inFile('formula-reference', 'a field that a formula misspells', due, 'NOT(IsConverted)', 'NOT(Is_Converted__c)'),
    inFile('formula-function', 'a function that fields do not have', due, 'NOT(IsConverted)', 'ISCHANGED(IsConverted)'),
    inFile('formula-syntax', 'a parenthesis that is not closed', due, 'NOT(IsConverted)', 'NOT(IsConverted'),
    inFile('formula-syntax', 'a merge field in a field formula', due, 'NOT(IsConverted)', 'NOT({!IsConverted})'),
    inFile(
      'formula-reference',
      'a misspelt field in a flow formula',
      AFTER_SAVE,
      'Record__Prior.Status',
      'Record__Prior.State',
    ),
    inFile(
      'formula-function',
      'a change function in a delete flow',
      BEFORE_DELETE,
      'TEXT({!$Record.Status})',
      'PRIORVALUE({!$Record.Status})',
    ),
    inFile('formula-syntax', 'a bare field in a flow formula', AFTER_SAVE, 'TEXT({!$Record.Status})<', 'TEXT(Status)<'),
  ]);
});
