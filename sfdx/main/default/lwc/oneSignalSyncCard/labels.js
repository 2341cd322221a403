import askedAt from '@salesforce/label/c.OneSignal_Card_Asked_At';
import clicks from '@salesforce/label/c.OneSignal_Card_Clicks';
import engagement from '@salesforce/label/c.OneSignal_Card_Engagement';
import failed from '@salesforce/label/c.OneSignal_Card_Failed';
import influencedBy from '@salesforce/label/c.OneSignal_Card_Influenced_By';
import lastEngagedAt from '@salesforce/label/c.OneSignal_Card_Last_Engaged_At';
import lastMessage from '@salesforce/label/c.OneSignal_Card_Last_Message';
import loading from '@salesforce/label/c.OneSignal_Card_Loading';
import neverSynced from '@salesforce/label/c.OneSignal_Card_Never_Synced';
import noPermission from '@salesforce/label/c.OneSignal_Card_No_Permission';
import notSynced from '@salesforce/label/c.OneSignal_Card_Not_Synced';
import opens from '@salesforce/label/c.OneSignal_Card_Opens';
import overdue from '@salesforce/label/c.OneSignal_Card_Overdue';
import pending from '@salesforce/label/c.OneSignal_Card_Pending';
import reason from '@salesforce/label/c.OneSignal_Card_Reason';
import resync from '@salesforce/label/c.OneSignal_Card_Resync';
import resyncFailed from '@salesforce/label/c.OneSignal_Card_Resync_Failed';
import resyncHelp from '@salesforce/label/c.OneSignal_Card_Resync_Help';
import skipped from '@salesforce/label/c.OneSignal_Card_Skipped';
import stage from '@salesforce/label/c.OneSignal_Card_Stage';
import synced from '@salesforce/label/c.OneSignal_Card_Synced';
import syncedAt from '@salesforce/label/c.OneSignal_Card_Synced_At';
import title from '@salesforce/label/c.OneSignal_Card_Title';
import unreadable from '@salesforce/label/c.OneSignal_Card_Unreadable';
import unsubscribed from '@salesforce/label/c.OneSignal_Card_Unsubscribed';
import userId from '@salesforce/label/c.OneSignal_Card_User_Id';

/** Every text of the card: custom labels, so that an org can translate them. */
export const labels = {
  askedAt,
  clicks,
  engagement,
  failed,
  influencedBy,
  lastEngagedAt,
  lastMessage,
  loading,
  neverSynced,
  noPermission,
  notSynced,
  opens,
  overdue,
  pending,
  reason,
  resync,
  resyncFailed,
  resyncHelp,
  skipped,
  stage,
  synced,
  syncedAt,
  title,
  unreadable,
  unsubscribed,
  userId,
};
