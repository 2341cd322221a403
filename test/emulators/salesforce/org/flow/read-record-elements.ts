import { formulaTypeOf } from '../field-values.ts';
import type { FieldDef, ObjectDef, Schema } from '../schema.ts';
import { fieldOf } from '../schema.ts';
import type { XmlNode } from '../xml.ts';
import { MetadataError } from '../xml.ts';
import { connector, place } from './flow-layout.ts';
import type { FlowScope } from './flow-scope.ts';
import type { Lookup, RecordFilter, Update } from './flow-types.ts';

export function lookedUpObject(node: XmlNode, schema: Schema): ObjectDef {
  const object = schema.object(node.text('object'));
  if (object?.kind !== 'standard') throw new MetadataError(node.where, `object ${node.text('object')} is not emulated`);
  return object;
}

/** Get Records: the first match, by conditions that must all hold. */
export function readLookup(node: XmlNode, scope: FlowScope, schema: Schema): Lookup {
  node.allowOnly([
    ...[...place, 'assignNullValuesIfNoRecordsFound', 'connector', 'faultConnector', 'filterLogic', 'filters'],
    ...['getFirstRecordOnly', 'object', 'queriedFields', 'storeOutputAutomatically'],
  ]);
  if (!node.flag('getFirstRecordOnly') || !node.flag('storeOutputAutomatically')) {
    throw new MetadataError(node.where, 'only the first record, stored automatically, is emulated');
  }
  const object = lookedUpObject(node, schema);
  for (const name of node.texts('queriedFields')) knownField(object, name, node);
  return {
    kind: 'lookup',
    name: node.text('name'),
    object,
    filters: readFilters(node, object, scope),
    next: connector(node, 'connector'),
    fault: connector(node, 'faultConnector'),
  };
}

export function readUpdate(node: XmlNode, scope: FlowScope, schema: Schema): Update {
  node.allowOnly([...place, 'connector', 'faultConnector', 'filterLogic', 'filters', 'inputAssignments', 'object']);
  const object = lookedUpObject(node, schema);
  const values = node.nodes('inputAssignments').map((item) => {
    const field = knownField(object, item.allowOnly(['field', 'value']).text('field'), item);
    if (field.system) throw new MetadataError(item.where, `${field.name} is read-only`);
    return { field, value: scope.value(item, formulaTypeOf(field)) };
  });
  return {
    kind: 'update',
    object,
    filters: readFilters(node, object, scope),
    values,
    next: connector(node, 'connector'),
    fault: connector(node, 'faultConnector'),
  };
}

function readFilters(node: XmlNode, object: ObjectDef, scope: FlowScope): RecordFilter[] {
  const nodes = node.nodes('filters');
  if (nodes.length === 0 || node.text('filterLogic') !== 'and') {
    throw new MetadataError(node.where, 'only conditions joined by "and" are emulated');
  }
  return nodes.map((filter) => {
    filter.allowOnly(['field', 'operator', 'value']);
    const field = knownField(object, filter.text('field'), filter);
    const operator = filter.text('operator');
    if (operator !== 'EqualTo' && operator !== 'NotEqualTo') {
      throw new MetadataError(filter.where, `operator ${operator} is not emulated`);
    }
    return { field, operator, value: scope.value(filter, formulaTypeOf(field)) };
  });
}

function knownField(object: ObjectDef, name: string, node: XmlNode): FieldDef {
  const field = fieldOf(object, name);
  if (!field) throw new MetadataError(node.where, `field ${object.name}.${name} does not exist`);
  return field;
}
