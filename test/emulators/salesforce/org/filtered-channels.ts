import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FieldValues } from '../org-contract.ts';
import type { ObjectDef, Schema } from './schema.ts';
import { fieldOf } from './schema.ts';
import { compileFilter } from './soql/filter-rows.ts';
import { parseSoql } from './soql/parse-soql.ts';
import { MetadataError, readMetadata } from './xml.ts';

/** What a custom channel shows of one event. */
export interface FilteredChannel {
  /** `/event/Name__chn`. */
  channel: string;
  event: string;
  /** Of the others neither a backlog nor a delivery knows anything. */
  passes: (payload: FieldValues) => boolean;
}

/**
 * Reads the custom channels of a package directory and their one member each.
 * https://developer.salesforce.com/docs/platform/platform-events/guide/platform-events-filter-expression-format.html
 */
export function loadFilteredChannels(schema: Schema, packageDir: string, label: string): FilteredChannel[] {
  const channels = filesOf(packageDir, 'platformEventChannel').map((file) => {
    const where = `${label}/platformEventChannels/${file}`;
    const node = readMetadata(join(packageDir, 'platformEventChannels', file), 'PlatformEventChannel', where);
    if (node.text('channelType') !== 'event') throw new MetadataError(where, 'only channels of events are emulated');
    return file.replace('.platformEventChannel-meta.xml', '');
  });
  const members = filesOf(packageDir, 'platformEventChannelMember').map((file) => {
    const where = `${label}/platformEventChannelMembers/${file}`;
    const node = readMetadata(
      join(packageDir, 'platformEventChannelMembers', file),
      'PlatformEventChannelMember',
      where,
    );
    node.allowOnly(['eventChannel', 'filterExpression', 'selectedEntity']);
    const [name, event] = [node.text('eventChannel'), schema.object(node.text('selectedEntity'))];
    if (!channels.includes(name)) throw new MetadataError(where, `there is no channel ${name}`);
    if (event?.kind !== 'event') throw new MetadataError(where, 'names no event');
    return {
      channel: `/event/${name}`,
      event: event.name,
      passes: passing(event, node.optional('filterExpression'), where),
    };
  });
  if (new Set(members.map(({ channel }) => channel)).size !== channels.length || members.length !== channels.length)
    throw new MetadataError(label, 'a channel with other than one member is not emulated');
  return members;
}

function passing(event: ObjectDef, filter: string | undefined, where: string): FilteredChannel['passes'] {
  if (filter === undefined) return () => true;
  const { filter: parsed } = parseSoql(`SELECT Id FROM ${event.name} WHERE ${filter}`);
  if (parsed === null) throw new MetadataError(where, 'the filter is no condition');
  return compileFilter(parsed, (name) => {
    const field = fieldOf(event, name);
    if (field === undefined) throw new MetadataError(where, `${event.name} has no field ${name}`);
    return { field, read: (payload) => payload[field.name] ?? null };
  });
}

function filesOf(packageDir: string, kind: string): string[] {
  const folder = join(packageDir, `${kind}s`);
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}
