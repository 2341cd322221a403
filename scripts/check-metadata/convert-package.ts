import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from './finding.ts';

/**
 * Converts a directory from source format to the format of a deploy with Salesforce's own library, into a folder that is
 * removed afterwards. It finds unknown kinds of files and wrong paths. It takes about a second and needs no network.
 * @returns what the library refused, and how many components it took.
 */
export async function convertPackage(directory: string): Promise<{ findings: Finding[]; components: number }> {
  // The library writes a log to the home directory and reports its use, unless told not to before it loads.
  process.env.SF_DISABLE_LOG_FILE = 'true';
  process.env.SF_DISABLE_TELEMETRY = 'true';
  const { ComponentSet, MetadataConverter } = await import('@salesforce/source-deploy-retrieve');
  const output = await mkdtemp(join(tmpdir(), 'check-metadata-'));
  try {
    const components = ComponentSet.fromSource(directory);
    await new MetadataConverter().convert(components, 'metadata', {
      type: 'directory',
      outputDirectory: output,
      genUniqueDir: false,
    });
    return { findings: [], components: components.size };
  } catch (error) {
    return { findings: [{ rule: 'convert', file: directory, message: (error as Error).message }], components: 0 };
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}
