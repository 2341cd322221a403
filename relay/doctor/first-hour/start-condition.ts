import type { ActingUser } from './acting-user.ts';

const NAME = 'OneSignal_Doctor_Start_Condition';

/** Whether a flow may read the pause in its start condition. Undefined where Salesforce does not say. */
export function startMayReadSettings(user: ActingUser, apiVersion: string): Promise<boolean | undefined> {
  return user.wouldDeploy({ 'package.xml': manifest(apiVersion), [`flows/${NAME}.flow`]: flow(apiVersion) });
}

function manifest(apiVersion: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<Package xmlns="http://soap.sforce.com/2006/04/metadata">
    <types>
        <members>${NAME}</members>
        <name>Flow</name>
    </types>
    <version>${apiVersion}</version>
</Package>`;
}

/** It would set a field to itself, if it were ever deployed. */
function flow(apiVersion: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<Flow xmlns="http://soap.sforce.com/2006/04/metadata">
    <apiVersion>${apiVersion}</apiVersion>
    <assignments>
        <name>Change_Nothing</name>
        <label>Change nothing</label>
        <locationX>0</locationX>
        <locationY>0</locationY>
        <assignmentItems>
            <assignToReference>$Record.LastName</assignToReference>
            <operator>Assign</operator>
            <value>
                <elementReference>$Record.LastName</elementReference>
            </value>
        </assignmentItems>
    </assignments>
    <description>Validated by the doctor, never deployed.</description>
    <environments>Default</environments>
    <interviewLabel>OneSignal Doctor {!$Flow.CurrentDateTime}</interviewLabel>
    <label>OneSignal Doctor</label>
    <processMetadataValues>
        <name>BuilderType</name>
        <value>
            <stringValue>LightningFlowBuilder</stringValue>
        </value>
    </processMetadataValues>
    <processType>AutoLaunchedFlow</processType>
    <start>
        <locationX>0</locationX>
        <locationY>0</locationY>
        <connector>
            <targetReference>Change_Nothing</targetReference>
        </connector>
        <filterFormula>AND(NOT({!$Setup.OneSignal_Settings__c.Is_Paused__c}), ISNEW())</filterFormula>
        <object>Lead</object>
        <recordTriggerType>Create</recordTriggerType>
        <triggerType>RecordBeforeSave</triggerType>
    </start>
    <status>Active</status>
</Flow>`;
}
