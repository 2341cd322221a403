import type { Finding } from '../finding.ts';
import type { MetadataFile, MetadataPackage } from '../load-package.ts';
import { childrenNamed, descendants, textOf } from '../xml-element.ts';

/*
 * Longest text that an org takes, by root element and child, in characters. Where Salesforce publishes none, the shortest
 * that any kind of label or description has.
 * https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta/salesforce_app_limits_cheatsheet/salesforce_app_limits_platform_general.htm
 */
const LONGEST: Record<string, Record<string, number>> = {
  CustomField: { label: 40, inlineHelpText: 510, description: 1000, formula: 3900 },
  CustomObject: { label: 40, pluralLabel: 40, description: 1000 },
  CustomPermission: { label: 80, description: 255 },
  PermissionSet: { label: 80, description: 255 },
  CustomMetadata: { label: 40 },
  Flow: { label: 80, description: 1000, interviewLabel: 255 },
  ListView: { label: 40 },
  QuickAction: { label: 40, description: 255, successMessage: 255 },
  CompactLayout: { label: 40 },
  ReportType: { label: 40, description: 255 },
  Report: { name: 40, description: 255 },
  ReportFolder: { name: 40 },
  CustomApplication: { label: 40, description: 255 },
  CustomTab: { label: 40, description: 255 },
  PlatformEventChannel: { label: 80 },
  LightningComponentBundle: { masterLabel: 80, description: 255 },
};

/** Longest API name without its suffix (`__c`), in characters. */
const LONGEST_NAME: Record<string, number> = {
  CustomField: 40,
  CustomObject: 40,
  CustomPermission: 80,
  PermissionSet: 80,
  CustomMetadata: 40,
  Flow: 80,
  ListView: 40,
  QuickAction: 40,
  CompactLayout: 40,
  ReportType: 40,
  Report: 40,
  ReportFolder: 40,
  CustomApplication: 40,
  CustomTab: 40,
};

const LONGEST_FLOW_FORMULA = 3900;
const LONGEST_FLOW_NAME = 80;
const API_NAME = /^[A-Za-z](?:_?[A-Za-z0-9])*$/;

/** Texts fit, API names are legal, and a file is named like what it holds. */
export function checkNamesAndLengths(loaded: MetadataPackage): Finding[] {
  return loaded.files.flatMap((file) => [...checkLengths(file), ...checkName(file), ...checkFlowFormulas(file)]);
}

function checkLengths(file: MetadataFile): Finding[] {
  return Object.entries(LONGEST[file.root.name] ?? {}).flatMap(([name, longest]) => {
    const length = textOf(file.root, name)?.length ?? 0;
    if (length <= longest) return [];
    return [
      { rule: 'text-length', file: file.path, message: `<${name}> has ${length} characters, at most ${longest}` },
    ];
  });
}

function checkName(file: MetadataFile): Finding[] {
  const findings: Finding[] = [];
  const inFile = textOf(file.root, 'fullName');
  if (inFile !== undefined && inFile !== file.fullName) {
    findings.push({ rule: 'file-name', file: file.path, message: `the file holds ${inFile}` });
  }
  // A custom metadata row is named Type.Row, and a quick action Object.Action.
  const name = (file.fullName.split('.').at(-1) ?? '').replace(/__(c|e|mdt)$/, '');
  const longest = LONGEST_NAME[file.root.name];
  if (longest !== undefined && (!API_NAME.test(name) || name.length > longest)) {
    const message = `"${name}" is no API name: letters, digits and single underscores, at most ${longest}`;
    findings.push({ rule: 'api-name', file: file.path, message });
  }
  return findings;
}

function checkFlowFormulas(file: MetadataFile): Finding[] {
  if (file.root.name !== 'Flow') return [];
  const formulas = descendants(file.root).filter((each) => each.name === 'expression' || each.name === 'filterFormula');
  const tooLong = formulas
    .filter((formula) => formula.text.length > LONGEST_FLOW_FORMULA)
    .map((formula) => `<${formula.name}> has ${formula.text.length} characters, at most ${LONGEST_FLOW_FORMULA}`);
  const names = file.root.children.flatMap((each) => [each, ...childrenNamed(each, 'rules')]);
  const illegal = names
    .map((each) => ({ element: each.name, name: textOf(each, 'name') }))
    .filter(({ element, name }) => element !== 'processMetadataValues' && name !== undefined)
    .filter(({ name }) => !API_NAME.test(name ?? '') || (name ?? '').length > LONGEST_FLOW_NAME)
    .map(({ name }) => name ?? '');
  return [
    ...tooLong.map((message) => ({ rule: 'text-length', file: file.path, message })),
    ...illegal.map((name) => ({ rule: 'api-name', file: file.path, message: `"${name}" is no API name` })),
  ];
}
