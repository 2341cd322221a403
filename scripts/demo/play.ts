/** The two record types of the product. */
export type ObjectName = 'Lead' | 'Contact';

/** A record that the demo follows, and what must be true of it at the end. */
export interface Follow {
  object: ObjectName;
  id: string;
  /** How the table calls it. */
  name: string;
  expected: Expected;
  /** True for a record that was merged into another: it is no more, and its user holds nothing of ours. */
  isMerged?: boolean;
}

export interface Expected {
  status: 'Synced' | 'Skipped' | 'Failed';
  reason: string;
  /** External id of the OneSignal user to look at; undefined when there must be none. */
  user: string | undefined;
  /** All of our tags on that user, but the time tag, which must be there exactly when the stage tag is. */
  tags: Record<string, string>;
  /** Aliases of ours on that user. */
  aliases: Record<string, string>;
  /** Email addresses of that user, and whether each gets mails; none where it is left out. */
  emails?: Record<string, 'on' | 'off'>;
}

/** A part of the demo: something happens in Salesforce, then everything comes to rest. */
export interface Scene {
  title: string;
  play(): void | Promise<void>;
}

/** A story to play: its scenes, and the records to follow once they are known. */
export interface Story {
  scenes: Scene[];
  followed(): Follow[];
  /** Whether to show each record as it changes; a crowd is shown as counts. */
  isCrowd: boolean;
}

/** A person who edits a record in the browser does not re-run lead assignment; an API call does unless it says otherwise. */
export const IN_THE_BROWSER = { autoAssign: false };

/** Throws when Salesforce refused a save that the story needs. */
export function savedId(result: {
  success: boolean;
  id?: string;
  errors: readonly { statusCode: string; message: string }[];
}): string {
  if (result.success && result.id !== undefined) return result.id;
  throw new Error(
    `the emulated org refused a save: ${result.errors.map(({ statusCode, message }) => `${statusCode} ${message}`).join('; ')}`,
  );
}
