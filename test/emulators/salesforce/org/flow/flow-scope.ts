import type { FieldValue } from '../../org-contract.ts';
import { compileFieldReference, formulaTypeOf, toFormulaValue } from '../field-values.ts';
import { compileFormula } from '../formula/compile.ts';
import type { Compiled, FormulaType, Value } from '../formula/types.ts';
import type { FieldDef, ObjectDef, Schema } from '../schema.ts';
import { fieldOf } from '../schema.ts';
import type { XmlNode } from '../xml.ts';
import { MetadataError } from '../xml.ts';

/** What flows may read of the org besides the record. */
export interface FlowSurroundings {
  schema: Schema;
  /** The org default of a hierarchy custom setting; null while there is none. */
  setting: (object: ObjectDef, field: FieldDef) => FieldValue;
}

export interface FlowScopeOptions {
  surroundings: FlowSurroundings;
  where: string;
  object: ObjectDef;
  /** False in a before-delete flow, which has neither prior values nor ISNEW. */
  hasPrior: boolean;
}

export const faultVariable = '$Flow.FaultMessage';

const dataTypes: Record<string, FormulaType> = {
  String: 'text',
  Boolean: 'boolean',
  DateTime: 'datetime',
  Number: 'number',
  Date: 'date',
};

/** A text may be put into a picklist and the other way round; every other type only into its own. */
function assignable(from: FormulaType, to: FormulaType): boolean {
  const plain = (type: FormulaType): FormulaType => (type === 'picklist' ? 'text' : type);
  return from === 'null' || plain(from) === plain(to);
}

/** The names that one flow knows: its formulas, variables and constants, the record and the global variables. */
export class FlowScope {
  readonly #options: FlowScopeOptions;
  readonly #formulas = new Map<string, XmlNode>();
  readonly #lookups = new Map<string, ObjectDef>();
  readonly #compiling: string[] = [];
  readonly #known = new Map<string, Compiled>();
  readonly variables = new Map<string, { type: FormulaType; initial: Value }>();

  constructor(flow: XmlNode, options: FlowScopeOptions) {
    this.#options = options;
    for (const node of flow.nodes('formulas')) {
      node.allowOnly(['name', 'description', 'dataType', 'expression', 'scale']);
      this.#formulas.set(node.text('name'), node);
    }
    for (const node of flow.nodes('variables')) this.#addVariable(node);
    for (const node of flow.nodes('constants')) {
      node.allowOnly(['name', 'description', 'dataType', 'value']);
      this.#known.set(node.text('name'), this.value(node, dataType(node)));
    }
  }

  /** Compiles every formula now, used or not. */
  compileFormulas(): void {
    for (const name of this.#formulas.keys()) this.resolve(name);
  }

  resolve(path: string): Compiled {
    const known = this.#known.get(path);
    if (known) return known;
    const found = this.#find(path);
    this.#known.set(path, found);
    return found;
  }

  formula(source: string, where: string): Compiled {
    if (source.length > 3900) throw new MetadataError(where, 'a formula may have 3,900 characters');
    return compileFormula(source, {
      where,
      mergeSyntax: true,
      hasPrior: this.#options.hasPrior,
      resolve: (path) => this.resolve(path),
    });
  }

  /** The `<value>` of an assignment or a condition; without one it is blank. */
  value(parent: XmlNode, wanted: FormulaType, element = 'value'): Compiled {
    const node = parent.node(element);
    if (!node) return { type: 'null', get: () => null };
    node.allowOnly(['elementReference', 'stringValue', 'booleanValue', 'numberValue', 'dateTimeValue']);
    const compiled = this.#literal(node);
    if (!assignable(compiled.type, wanted)) {
      throw new MetadataError(node.where, `a ${compiled.type} can't be used as ${wanted}`);
    }
    return compiled;
  }

  /** Makes the result of a Get Records element known by the element's name. */
  addLookup(name: string, object: ObjectDef): void {
    this.#lookups.set(name, object);
  }

  #literal(node: XmlNode): Compiled {
    const reference = node.optional('elementReference');
    if (reference !== undefined) return this.resolve(reference);
    if (node.has('booleanValue')) {
      const flag = node.flag('booleanValue');
      return { type: 'boolean', get: () => flag };
    }
    if (node.has('numberValue')) {
      const number = node.number('numberValue') ?? null;
      return { type: 'number', get: () => number };
    }
    if (node.has('dateTimeValue')) {
      const time = Date.parse(node.text('dateTimeValue'));
      return { type: 'datetime', get: () => time };
    }
    const text = node.text('stringValue');
    if (text.includes('{!')) throw new MetadataError(node.where, 'merge fields in a text are not emulated');
    return { type: 'text', get: () => text };
  }

  #addVariable(node: XmlNode): void {
    node.allowOnly(['name', 'description', 'dataType', 'isCollection', 'isInput', 'isOutput', 'scale', 'value']);
    if (node.flag('isCollection')) throw new MetadataError(node.where, 'collections are not emulated');
    if (node.has('value')) throw new MetadataError(node.where, 'a variable with a default value is not emulated');
    const [name, type] = [node.text('name'), dataType(node)];
    this.variables.set(name, { type, initial: null });
    this.#known.set(name, { type, get: (context) => context.variables.get(name) ?? null });
  }

  #find(path: string): Compiled {
    const formula = this.#formulas.get(path);
    if (formula) return this.#compileNamed(path, formula);
    const [root = '', ...rest] = path.split('.');
    if (root === '$Record' || root === '$Record__Prior') return this.#recordField(root, rest);
    const looked = this.#lookups.get(root);
    if (looked) return this.#lookedUp(root, looked, rest);
    if (root === '$Permission') return this.#permission(rest);
    if (root === '$Setup') return this.#setting(rest);
    if (path === '$Flow.CurrentDateTime') return { type: 'datetime', get: (context) => context.now };
    if (path === faultVariable) {
      return { type: 'text', get: (context) => context.variables.get(faultVariable) ?? null };
    }
    if (path === '$GlobalConstant.EmptyString') return { type: 'text', get: () => '' };
    if (path === '$GlobalConstant.True') return { type: 'boolean', get: () => true };
    if (path === '$GlobalConstant.False') return { type: 'boolean', get: () => false };
    return this.#fail(`"${path}" does not exist or is not emulated`);
  }

  #compileNamed(name: string, node: XmlNode): Compiled {
    if (this.#compiling.includes(name)) return this.#fail(`formula ${name} refers to itself`);
    this.#compiling.push(name);
    const compiled = this.formula(node.text('expression'), node.where);
    this.#compiling.pop();
    const wanted = dataType(node);
    if (!assignable(compiled.type, wanted)) {
      throw new MetadataError(node.where, `the expression gives ${compiled.type}, not ${wanted}`);
    }
    return { type: wanted, get: compiled.get };
  }

  #recordField(root: string, rest: string[]): Compiled {
    const [name = ''] = rest;
    const field = fieldOf(this.#options.object, name);
    if (rest.length !== 1 || !field) return this.#fail(`field ${[root, ...rest].join('.')} does not exist`);
    if (root === '$Record') return compileFieldReference(field, (context) => context.record);
    if (!this.#options.hasPrior) return this.#fail('$Record__Prior does not exist in this flow');
    const { type, get } = compileFieldReference(field, (context) => (context.hidesPrior ? null : context.prior));
    return { type, get };
  }

  #lookedUp(root: string, object: ObjectDef, rest: string[]): Compiled {
    if (rest.length === 0) return { type: 'record', get: (context) => String(context.records.get(root)?.Id ?? '') };
    const field = fieldOf(object, rest[0] ?? '');
    if (rest.length !== 1 || !field) return this.#fail(`field ${[root, ...rest].join('.')} does not exist`);
    const { type, get } = compileFieldReference(field, (context) => context.records.get(root));
    return { type, get };
  }

  #permission(rest: string[]): Compiled {
    const [name = ''] = rest;
    if (rest.length !== 1 || !this.#options.surroundings.schema.customPermissions.has(name)) {
      return this.#fail(`custom permission ${rest.join('.')} does not exist`);
    }
    return { type: 'boolean', get: (context) => context.permissions.has(name) };
  }

  #setting(rest: string[]): Compiled {
    const { schema, setting } = this.#options.surroundings;
    const [objectName = '', fieldName = ''] = rest;
    const object = schema.object(objectName);
    const field = object && fieldOf(object, fieldName);
    if (rest.length !== 2 || object?.kind !== 'setting' || !field) {
      return this.#fail(`custom setting ${rest.join('.')} does not exist`);
    }
    return {
      type: formulaTypeOf(field),
      get: () => {
        const value = setting(object, field);
        // Without a row the value is blank, not false: a Decision that asks "equals false" is not met.
        return value === null ? null : toFormulaValue(field, value);
      },
    };
  }

  #fail(problem: string): never {
    throw new MetadataError(this.#options.where, problem);
  }
}

function dataType(node: XmlNode): FormulaType {
  const name = node.text('dataType');
  return (
    dataTypes[name] ??
    (() => {
      throw new MetadataError(node.where, `data type ${name} is not emulated`);
    })()
  );
}
