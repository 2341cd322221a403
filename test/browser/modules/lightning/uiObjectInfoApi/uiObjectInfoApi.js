/** Which fields the viewer may edit, from `globalThis.page`. */
export class getObjectInfo {
  constructor(tell) {
    this.tell = tell;
  }
  connect() {}
  disconnect() {}
  update() {
    const updateable = globalThis.page.canEdit;
    this.tell({ data: { fields: { OneSignal_Sync_Requested_At__c: { updateable } } }, error: undefined });
  }
}
