import { expectEachBreakToBeFound, inFile } from './breaks.ts';

const MAIN = 'main/default';
const TYPE = `${MAIN}/reportTypes/OneSignal_Contacts.reportType-meta.xml`;
const REPORT = `${MAIN}/reports/OneSignal/OneSignal_Leads_by_Outcome.report-meta.xml`;
const FOLDER = `${MAIN}/reports/OneSignal.reportFolder-meta.xml`;

describe('report types', () => {
  expectEachBreakToBeFound([
    inFile('report-type', 'a field that is not there', TYPE, '>OneSignal_External_Id__c<', '>OneSignal_Outer_Id__c<'),
    inFile('report-type', 'a lookup by the name of its id', TYPE, '>Owner<', '>OwnerId<'),
    inFile('report-type', 'a field of another object', TYPE, '>OneSignal_Sync_Due__c<', '>IsConverted<'),
    inFile(
      'report-type',
      'a column of another table',
      TYPE,
      /(_External_Id__c<\/field>\s*<table>)Contact/,
      '$1Account',
    ),
    inFile('report-type', 'a column that is there twice', TYPE, '>OneSignal_Id__c<', '>OneSignal_External_Id__c<'),
    inFile('report-type', 'an object that is not there', TYPE, '<baseObject>Contact<', '<baseObject>Contacts<'),
    inFile('report-type', 'a type that nobody is shown', TYPE, '<deployed>true<', '<deployed>false<'),
    inFile('xml-value', 'a category that there is not', TYPE, '>accounts<', '>contacts<'),
    inFile('xml-missing', 'a section without a heading', TYPE, /<masterLabel>.*?<\/masterLabel>/, ''),
    inFile('text-length', 'a label that is too long', TYPE, '<label>', `<label>${'x'.repeat(41)}`),
  ]);
});

describe('reports', () => {
  expectEachBreakToBeFound([
    inFile('report', 'a report type that is not there', REPORT, 'OneSignal_Leads__c', 'OneSignal_Lead__c'),
    inFile('report', 'a report type without its suffix', REPORT, 'OneSignal_Leads__c', 'OneSignal_Leads'),
    inFile('report', 'a column that the type does not have', REPORT, 'Lead$Name', 'Lead$FullName'),
    inFile('report', 'a column of a standard report', REPORT, 'Lead$Name', 'LAST_NAME'),
    inFile('report', 'a grouping that is not there', REPORT, '$OneSignal_Sync_Reason__c', '$OneSignal_Reason__c'),
    inFile('report', 'a grouping that is a column as well', REPORT, 'Lead$Name', 'Lead$OneSignal_Sync_Reason__c'),
    inFile('report', 'a summary of nothing', REPORT, /<groupingsDown>.*<\/groupingsDown>/s, ''),
    inFile('report', 'groupings of a plain list', REPORT, '>Summary<', '>Tabular<'),
    inFile(
      'report',
      'more groupings than there is room for',
      REPORT,
      /<groupingsDown>(.*?)<\/groupingsDown>/s,
      ['Status', 'Company', 'LeadSource']
        .map((name) => `<groupingsDown><field>Lead$$${name}</field><sortOrder>Asc</sortOrder></groupingsDown>`)
        .join(''),
    ),
    inFile(
      'report',
      'a filter by a column that the type does not have',
      REPORT,
      /(<column>Lead\$)OneSignal_Sync_Status__c/,
      '$1Rating',
    ),
    inFile('report', 'a value that the picklist never has', REPORT, '<value></value>', '<value>Broken</value>'),
    inFile('report', 'a span of a column that is not there', REPORT, 'Lead$CreatedDate', 'Lead$Created'),
    inFile('report', 'the scope of the reader', REPORT, '>organization<', '>user<'),
    {
      rule: 'report',
      what: 'a folder that is not there',
      file: REPORT.replace('/OneSignal/', '/Elsewhere/'),
      edit: (copy) => copy.move(REPORT, REPORT.replace('/OneSignal/', '/Elsewhere/')),
    },
    inFile('xml-value', 'a format that there is not', REPORT, '>Summary<', '>Summarised<'),
    inFile('xml-order', 'a format before the filter', REPORT, /(<filter>.*<\/filter>)(.*<\/format>)/s, '$2$1'),
    inFile('xml-missing', 'a grouping without an order', REPORT, '<sortOrder>Asc</sortOrder>', ''),
    inFile('text-length', 'a name that is too long', REPORT, '<name>One', '<name>All of the One'),
    inFile('xml-value', 'a folder that everybody may change', FOLDER, '>View<', '>Manage<'),
    inFile('xml-missing', 'a folder without a name', FOLDER, /<name>.*<\/name>/, ''),
  ]);
});
