import { existsSync, readdirSync } from 'node:fs';
import { MetadataError } from './xml.ts';

/** Folders that the org acts out. */
const actedOut = [
  ...['objects', 'flows', 'customPermissions', 'permissionsets', 'customMetadata'],
  ...['platformEventChannels', 'platformEventChannelMembers'],
];

/** Folders that change nothing about how a record is saved, read or published. */
const harmless = [
  ...['applications', 'aura', 'dashboards', 'externalClientApps', 'extlClntAppOauthSettings', 'flexipages', 'labels'],
  ...['layouts', 'lwc', 'quickActions', 'reports', 'reportTypes', 'staticresources', 'tabs', 'translations'],
];

/** Fails for a folder, such as `triggers`, that would act on a save without the emulator knowing. */
export function checkFolders(packageDir: string, label: string): void {
  if (!existsSync(packageDir)) throw new MetadataError(label, 'there is no such directory');
  for (const entry of readdirSync(packageDir, { withFileTypes: true })) {
    if (entry.isDirectory() && !actedOut.includes(entry.name) && !harmless.includes(entry.name)) {
      throw new MetadataError(`${label}/${entry.name}`, 'is not emulated');
    }
  }
}
