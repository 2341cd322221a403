import type { Finding } from '../finding.ts';
import type { MetadataPackage } from '../load-package.ts';
import { textOf } from '../xml-element.ts';

/** Objects carry what their kind needs: an event is high volume and published after the commit, and so on. */
export function checkObjectShapes(loaded: MetadataPackage): Finding[] {
  return [...loaded.objects].flatMap(([name, file]) => {
    const wanted: Record<string, string | undefined> = wantedOf(name);
    return Object.entries(wanted)
      .filter(([element, value]) =>
        value === undefined ? textOf(file.root, element) === undefined : textOf(file.root, element) !== value,
      )
      .map(([element, value]) => ({
        rule: 'object-shape',
        file: file.path,
        message: `${name} needs <${element}>${value === undefined ? '' : ` ${value}`}`,
      }));
  });
}

function wantedOf(name: string): Record<string, string | undefined> {
  const always = { label: undefined, description: undefined };
  if (name.endsWith('__e')) {
    // An event of a save that is rolled back must not reach the relay.
    const commit = { publishBehavior: 'PublishAfterCommit', eventType: 'HighVolume', deploymentStatus: 'Deployed' };
    return { ...always, pluralLabel: undefined, ...commit };
  }
  if (name.endsWith('__mdt')) return { ...always, pluralLabel: undefined, visibility: 'Public' };
  return { ...always, customSettingsType: 'Hierarchy', visibility: 'Public' };
}
