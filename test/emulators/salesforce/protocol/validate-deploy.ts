import { unzipSync } from 'fflate';
import type { EmulatedOrg } from './emulated-org.ts';
import { fieldsOf, type SoapFields } from './soap-envelope.ts';

/**
 * Judges a deployment that changes nothing: an emulated org takes no other. Whether a start condition may read a custom
 * setting is nowhere said: the org's switch decides.
 * https://developer.salesforce.com/docs/platform/api-metadata/references/file-based-calls/meta-checkdeploystatus.html
 */
export function judgeDeploy({ startReadsSettings }: EmulatedOrg, deploy: SoapFields): SoapFields {
  if (fieldsOf(deploy.DeployOptions).checkOnly !== 'true') throw new Error('only a validation is emulated');
  const files = Object.entries(unzipSync(Buffer.from(String(deploy.ZipFile), 'base64')));
  const manifest = files.find(([name]) => name === 'package.xml');
  if (manifest === undefined) return over({ errorMessage: 'No package.xml found', success: false });
  const flows = files.filter(([name]) => /^flows\/\w+\.flow$/.test(name));
  if (flows.length !== files.length - 1) throw new Error('only flows are emulated');
  const refused = flows.filter(([, content]) => /<filterFormula>[^<]*\$Setup\./.test(Buffer.from(content).toString()));
  if (startReadsSettings || refused.length === 0) return over({ success: true });
  const componentFailures = refused.map(([fileName]) => ({ fileName, problem: 'emulated', problemType: 'Error' }));
  return over({ details: { componentFailures }, numberComponentErrors: refused.length, success: false });
}

function over(result: SoapFields): SoapFields {
  return { done: true, checkOnly: true, status: result.success === true ? 'Succeeded' : 'Failed', ...result };
}
