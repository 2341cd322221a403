import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WSDL_TABLE } from '../../../scripts/check-metadata/tables/metadata-types.ts';

/*
 * The tables are our own; where Salesforce's description of the Metadata API lies beside the project, they are held
 * against it: the same elements in the same order, and no value that it does not allow.
 */
const REFERENCE = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data', 'metadata-api');

const isThere = existsSync(REFERENCE);
if (!isThere) console.info('No Metadata API reference beside the project: the tables are not compared with it.');

interface Description {
  base: string | undefined;
  elements: string[];
  values: string[];
}

function readReference(): Map<string, Description> {
  const found = new Map<string, Description>();
  for (const source of readdirSync(REFERENCE).filter((name) => name.endsWith('.json'))) {
    const { wsdl_segment: wsdl } = JSON.parse(readFileSync(join(REFERENCE, source), 'utf8')) as {
      wsdl_segment: string;
    };
    for (const [body, , name = ''] of wsdl.matchAll(/<xsd:(complexType|simpleType) name="(\w+)">.*?<\/xsd:\1>/gs)) {
      const elements = [...body.matchAll(/<xsd:element name="(\w+)"([^>]*)>/g)].map(([, element, rest = '']) => {
        const marks = `${rest.includes('minOccurs="0"') ? '' : '!'}${rest.includes('unbounded') ? '*' : ''}`;
        return `${element}${marks}`;
      });
      const values = [...body.matchAll(/enumeration value="([^"]+)"/g)].map(([, value = '']) => value);
      const base = /extension base="tns:(\w+)"/.exec(body)?.[1];
      found.set(name, { base, elements, values });
    }
  }
  return found;
}

function sequenceOf(reference: Map<string, Description>, type: string): string[] {
  const own = reference.get(type);
  if (own === undefined) throw new Error(`the reference has no ${type}`);
  // Metadata, the base of all, has only fullName.
  const inherited =
    own.base === undefined ? [] : own.base === 'Metadata' ? ['fullName'] : sequenceOf(reference, own.base);
  return [...inherited, ...own.elements];
}

const compare = isThere ? test : test.skip;
const reference = isThere ? readReference() : new Map<string, Description>();

compare.each(Object.entries(WSDL_TABLE.types))('%s has the elements of the reference, in its order', (name, type) => {
  const ours = type.map((rule) => `${rule.name}${rule.required ? '!' : ''}${rule.many ? '*' : ''}`);
  // The value of a picklist is useless without its name, which the reference leaves optional on all metadata.
  const theirs = sequenceOf(reference, name).map((each) =>
    name === 'CustomValue' && each === 'fullName' ? 'fullName!' : each,
  );
  expect(ours).toEqual(theirs);
});

compare.each(Object.entries(WSDL_TABLE.enums))('%s allows only values of the reference', (name, values) => {
  const allowed = reference.get(name)?.values ?? [];
  expect(values.filter((value) => !allowed.includes(value))).toEqual([]);
});
