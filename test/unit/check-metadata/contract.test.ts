import { loadPackage } from '../../../scripts/check-metadata/load-package.ts';
import { checkContract } from '../../../scripts/check-metadata/rules/contract.ts';
import { copyPackage } from './broken-copy.ts';

test('a field of the contract that is gone is named', () => {
  const copy = copyPackage();
  try {
    copy.delete('main/default/objects/OneSignal_Settings__c/fields/Max_Tags__c.field-meta.xml');
    expect(checkContract(loadPackage(copy.directory))).toEqual([
      {
        rule: 'contract',
        file: 'objects/OneSignal_Settings__c',
        message: 'OneSignal_Settings__c must have a field Max_Tags__c',
      },
    ]);
  } finally {
    copy.remove();
  }
});
