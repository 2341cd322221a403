import type { Finding } from '../finding.ts';
import type { MetadataFile, MetadataPackage } from '../load-package.ts';
import { METADATA_TABLE, ROOT_BY_SUFFIX } from '../tables/metadata-types.ts';
import type { ComplexType } from '../tables/sequence.ts';
import type { XmlElement } from '../xml-element.ts';

const NAMESPACE = 'http://soap.sforce.com/2006/04/metadata';

/** Elements must be known, in the order of the reference, not too many or too few, with allowed values. */
export function checkXmlStructure(loaded: MetadataPackage): Finding[] {
  return loaded.files.flatMap((file) => checkFile(file));
}

function checkFile(file: MetadataFile): Finding[] {
  const expected = ROOT_BY_SUFFIX[file.suffix];
  if (expected === undefined) {
    return [{ rule: 'metadata-type', file: file.path, message: `no table for ".${file.suffix}" files yet` }];
  }
  if (file.root.name !== expected || file.root.attributes.xmlns !== NAMESPACE) {
    const message = `the root must be <${expected} xmlns="${NAMESPACE}">, not <${file.root.name}>`;
    return [{ rule: 'metadata-type', file: file.path, message }];
  }
  const findings: Finding[] = [];
  walk(file.root, expected, (rule, message) => findings.push({ rule, file: file.path, message }));
  return findings;
}

type Report = (rule: string, message: string) => void;

function walk(element: XmlElement, type: string, report: Report): void {
  const complex = METADATA_TABLE.types[type];
  if (complex === undefined) {
    checkValue(element, type, report);
    return;
  }
  checkSequence(element, complex, report);
  for (const part of element.children) {
    const rule = complex.find((each) => each.name === part.name);
    if (rule !== undefined) walk(part, rule.type, report);
  }
}

function checkSequence(element: XmlElement, complex: ComplexType, report: Report): void {
  const where = `<${element.name}>`;
  let last = -1;
  const seen = new Set<string>();
  for (const part of element.children) {
    const place = complex.findIndex((rule) => rule.name === part.name);
    if (place === -1) {
      report('xml-element', `${where} takes no <${part.name}>`);
      continue;
    }
    if (place < last) report('xml-order', `in ${where}, <${part.name}> must come before <${complex[last]?.name}>`);
    else if (seen.has(part.name) && complex[place]?.many !== true) {
      report('xml-repeat', `${where} takes one <${part.name}>`);
    }
    last = Math.max(last, place);
    seen.add(part.name);
  }
  for (const rule of complex) {
    if (rule.required && !seen.has(rule.name)) report('xml-missing', `${where} needs a <${rule.name}>`);
  }
}

const SIMPLE: Record<string, RegExp> = {
  string: /^[\s\S]*$/,
  anyType: /^[\s\S]*$/,
  boolean: /^(true|false)$/,
  int: /^-?\d+$/,
  double: /^-?\d+(\.\d+)?$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  dateTime: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/,
};

function checkValue(element: XmlElement, type: string, report: Report): void {
  if (element.children.length > 0 && type in SIMPLE) {
    report('xml-element', `<${element.name}> takes a value, not elements`);
    return;
  }
  const allowed = METADATA_TABLE.enums[type];
  const value = element.text.trim();
  if (allowed !== undefined && !allowed.includes(value)) {
    report('xml-value', `<${element.name}> is "${value}", not one of ${allowed.join(', ')}`);
  }
  if (allowed === undefined && SIMPLE[type] === undefined) {
    report('xml-element', `<${element.name}> is a ${type}, which has no table yet`);
  }
  if (SIMPLE[type]?.test(value) === false) report('xml-value', `<${element.name}> is "${value}", not a ${type}`);
}
