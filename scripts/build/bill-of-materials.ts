/** Of a package whose code is in what was built, as Vite lists it: https://vite.dev/config/build-options#build-license */
export interface BundledPackage {
  name: string;
  version: string;
  /** SPDX, as the package has it. */
  identifier: string | null;
  /** Of the licence. */
  text?: string;
}

/**
 * Who watches packages for faults would not find them in the built code: this says which are in it. The texts of their
 * licences, which have to go with the code, are in there too. https://cyclonedx.org/docs/1.6/json/
 */
export function billOfMaterials(version: string, packages: readonly BundledPackage[]): object {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', name: 'onesignal-salesforce-relay', version } },
    components: packages.map(({ name, version, identifier, text }) => ({
      type: 'library',
      'bom-ref': purl(name, version),
      name,
      version,
      purl: purl(name, version),
      licenses: [{ license: { name: identifier ?? 'unknown', ...(text && { text: { content: text } }) } }],
    })),
  };
}

/** https://github.com/package-url/purl-spec/blob/main/types-doc/npm-definition.md */
function purl(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}
