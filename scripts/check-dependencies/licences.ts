/** Of what is shipped: each lets anybody use, change and pass it on, within other software of any licence. */
const PERMISSIVE = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Zlib',
]);

/** Of what only builds and tests: its own changes have to stay open, or its author has to be named. */
const FOR_TOOLS = new Set([...PERMISSIVE, 'CC-BY-4.0', 'MPL-2.0', 'Python-2.0']);

/** Tools whose licence is not where it belongs, each looked at by hand. */
const LOOKED_AT: Readonly<Record<string, string>> = {
  exit: 'MIT, says its LICENSE-MIT; package.json has it in a form that npm no longer reads',
  '@lwc/state': 'Salesforce’s own terms for its developer tools; comes with sfdx-lwc-jest',
  '@lwc/state-test-utils': 'Salesforce’s own terms for its developer tools; comes with sfdx-lwc-jest',
};

/** Whether a package may be in the tree by its licence, an SPDX expression: https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/ */
export function isAllowed(name: string, licence: string | undefined, isShipped: boolean): boolean {
  if (!isShipped && Object.hasOwn(LOOKED_AT, name)) return true;
  if (licence === undefined) return false;
  const allowed = isShipped ? PERMISSIVE : FOR_TOOLS;
  return licence
    .replace(/^\((.*)\)$/, '$1')
    .split(/ OR /)
    .some((choice) => choice.split(/ AND /).every((one) => allowed.has(one)));
}
