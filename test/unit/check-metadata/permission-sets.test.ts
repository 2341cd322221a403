import { expectEachBreakToBeFound, inFile } from './breaks.ts';

const MAIN = 'main/default';
const RELAY = `${MAIN}/permissionsets/OneSignal_Relay.permissionset-meta.xml`;
const VIEWER = `${MAIN}/permissionsets/OneSignal_Viewer.permissionset-meta.xml`;
const ADMIN = `${MAIN}/permissionsets/OneSignal_Admin.permissionset-meta.xml`;

describe('permission sets', () => {
  expectEachBreakToBeFound([
    inFile('permission-target', 'a field that is not there', VIEWER, 'Lead.OneSignal_Id__c', 'Lead.OneSignal_Ids__c'),
    inFile(
      'permission-target',
      'settings that are not there',
      ADMIN,
      '>OneSignal_Settings__c<',
      '>OneSignal_Setting__c<',
    ),
    inFile('permission-field', 'a permission on a system field', VIEWER, 'Lead.OneSignal_Id__c', 'Lead.IsConverted'),
    inFile('permission-field', 'a permission on a required field', VIEWER, 'Lead.OneSignal_Id__c', 'Lead.Status'),
    inFile(
      'permission-field',
      'a permission on an event field',
      VIEWER,
      'Lead.OneSignal_Id__c',
      'OneSignal_Stage_Change__e.Stage__c',
    ),
    inFile(
      'permission-field',
      'a permission on a mapping field',
      VIEWER,
      'Lead.OneSignal_Id__c',
      'OneSignal_Stage_Mapping__mdt.Lifecycle_Stage__c',
    ),
    inFile(
      'permission-formula',
      'an editable formula',
      VIEWER,
      /false(<\/editable>\s*<field>Lead.OneSignal_Sync_Due__c)/,
      'true$1',
    ),
    inFile(
      'permission-double',
      'the same permission twice',
      VIEWER,
      'Lead.OneSignal_Id__c',
      'Lead.OneSignal_External_Id__c',
    ),
    inFile('permission-target', 'an app that is not there', VIEWER, '>OneSignal<', '>OneSignals<'),
    inFile('permission-target', 'a tab that is not there', VIEWER, '>OneSignal_Help<', '>OneSignal_Start<'),
    inFile('permission-double', 'the same tab twice', VIEWER, /<tabSettings>.*<\/tabSettings>/s, '$&$&'),
    inFile('permission-double', 'the same app twice', VIEWER, /<applicationV.*<\/applicationVisibilities>/s, '$&$&'),
    inFile(
      'relay-extra',
      'a tab for a user who has no screen',
      RELAY,
      '    <userPermissions>',
      '    <tabSettings><tab>OneSignal_Help</tab><visibility>Visible</visibility></tabSettings>\n    <userPermissions>',
    ),
    inFile(
      'permission-dependency',
      'edit without read',
      ADMIN,
      /(Lead.OneSignal_External_Id__c<\/field>\s*<readable>)true/,
      '$1false',
    ),

    inFile(
      'relay-grant',
      'a field that the relay may not read',
      RELAY,
      /<fieldP.*\s*<ed.*\s*<field>Lead.Email<[\s\S]*?Permissions>/,
      '',
    ),
    inFile(
      'relay-grant',
      'a field that the relay may not write',
      RELAY,
      /true(<\/editable>\s*<field>Lead.OneSignal_Sync_Status__c)/,
      'false$1',
    ),
    inFile(
      'relay-grant',
      'no access to the settings',
      RELAY,
      /<customSetting[\s\S]*?Accesses>\s*<enabled>.*\s*<name>.*\s*<\/customSettingAccesses>/,
      '',
    ),
    inFile(
      'relay-grant',
      'no View All',
      RELAY,
      /<modifyAllRecords>true(<[\s\S]*?<viewAllRecords>)true/,
      '<modifyAllRecords>false$1false',
    ),
    inFile(
      'relay-extra',
      'more than the relay needs',
      RELAY,
      'false</editable>\n        <field>Lead.Email',
      'true</editable>\n        <field>Lead.Email',
    ),

    inFile(
      'permission-dependency',
      'Modify All without Delete',
      VIEWER,
      '</label>',
      `</label>
    <objectPermissions>
        <allowCreate>false</allowCreate>
        <allowDelete>false</allowDelete>
        <allowEdit>true</allowEdit>
        <allowRead>true</allowRead>
        <modifyAllRecords>true</modifyAllRecords>
        <object>Lead</object>
        <viewAllRecords>true</viewAllRecords>
    </objectPermissions>`,
    ),
    inFile(
      'permission-dependency',
      'contacts without accounts',
      VIEWER,
      '</label>',
      `</label>
    <objectPermissions>
        <allowCreate>false</allowCreate>
        <allowDelete>false</allowDelete>
        <allowEdit>false</allowEdit>
        <allowRead>true</allowRead>
        <modifyAllRecords>false</modifyAllRecords>
        <object>Contact</object>
        <viewAllRecords>false</viewAllRecords>
    </objectPermissions>`,
    ),
  ]);
});
