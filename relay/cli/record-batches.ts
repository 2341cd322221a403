import { OBJECT_NAMES, type ObjectName } from '../mapping/record.ts';
import type { RecordName } from '../pipeline/preview/preview.ts';
import type { RecordReader } from '../salesforce/record-reader.ts';

/** Records that are planned together: as many as one query reads by id. */
const BATCH = 200;

export interface WhichRecords {
  objects?: readonly ObjectName[];
  /** Undefined for every stage. */
  stage?: string | undefined;
  /** SOQL that they fulfil besides. */
  condition?: string | undefined;
}

/** Names of all records that have a stage, or of some, in batches. Rejects with RelayError. */
export async function* recordBatches(
  reader: RecordReader,
  { objects = OBJECT_NAMES, stage, condition }: WhichRecords,
): AsyncGenerator<RecordName[]> {
  for (const object of objects) {
    for await (const ids of reader.idsInStage(object, stage, condition)) {
      for (let start = 0; start < ids.length; start += BATCH)
        yield ids.slice(start, start + BATCH).map((recordId) => ({ recordId, object }));
    }
  }
}
