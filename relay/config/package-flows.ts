/** The flows of the package, by API name: without one of them its changes come by reconcile only, or not at all. */
export const PACKAGE_FLOWS = [
  'OneSignal_Contact_After_Save',
  'OneSignal_Contact_Before_Delete',
  'OneSignal_Contact_Before_Save',
  'OneSignal_Lead_After_Save',
  'OneSignal_Lead_Before_Delete',
  'OneSignal_Lead_Before_Save',
] as const;
