/** What the page gives its component: the record of `globalThis.page`, as Salesforce's own module does. */
export class getRecord {
  constructor(tell) {
    this.tell = tell;
  }
  connect() {}
  disconnect() {}
  update() {
    const { record, isUnreadable } = globalThis.page;
    if (isUnreadable) this.tell({ data: undefined, error: { status: 404 } });
    else if (record) this.tell({ data: record, error: undefined });
  }
}

export function updateRecord(input) {
  globalThis.page.updates.push(input);
  return globalThis.page.refusesUpdates ? Promise.reject(new Error('refused')) : Promise.resolve({});
}

export function notifyRecordUpdateAvailable() {
  return Promise.resolve();
}
