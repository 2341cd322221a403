import type { Node } from './parse.ts';
import type { Compiled, CompileTools, FormulaContext, FormulaType, RecordField, Value } from './types.ts';
import { not } from './types.ts';

type Build = (args: Node[], tools: CompileTools) => Compiled;

const isBlank = (value: Value): boolean => value === null || value === '';

function typed(args: Node[], tools: CompileTools, name: string, types: FormulaType[]): Compiled[] {
  if (args.length !== types.length) return tools.fail(`${name} takes ${types.length} arguments, not ${args.length}`);
  return args.map((node, index) => {
    const arg = tools.compile(node);
    if (arg.type !== types[index])
      tools.fail(`${name} needs ${types[index]} as argument ${index + 1}, not ${arg.type}`);
    return arg;
  });
}

/** Argument `index` of a list whose length is already checked. */
function at(args: Compiled[], index: number): Compiled {
  const arg = args[index];
  if (!arg) throw new Error(`argument ${index + 1} is missing`);
  return arg;
}

function booleans(args: Node[], tools: CompileTools, name: string): Compiled[] {
  if (args.length === 0) return tools.fail(`${name} needs an argument`);
  return typed(args, tools, name, new Array<FormulaType>(args.length).fill('boolean'));
}

function withPrior(args: Node[], tools: CompileTools, name: string): RecordField {
  if (!tools.scope.hasPrior) return tools.fail(`${name} needs a record that is being created or updated`);
  const node = args[0];
  if (args.length !== 1 || !node) return tools.fail(`${name} takes one argument`);
  const field = tools.compile(node).recordField;
  return field ?? tools.fail(`${name} needs a field of the record`);
}

/** https://help.salesforce.com/s/articleView?id=platform.customize_functions_ischanged.htm: FALSE on a new record. */
const isChanged: Build = (args, tools) => {
  const { read } = withPrior(args, tools, 'ISCHANGED');
  return {
    type: 'boolean',
    get: (context) => {
      if (context.isNew || !context.prior) return false;
      const [now, before] = [read(context.record, context), read(context.prior, context)];
      return now !== before && !(isBlank(now) && isBlank(before));
    },
  };
};

const priorValue: Build = (args, tools) => {
  const { read, type } = withPrior(args, tools, 'PRIORVALUE');
  // On a new record PRIORVALUE gives the current value.
  return { type, get: (context) => read(context.prior ?? context.record, context) };
};

const text: Build = (args, tools) => {
  const node = args[0];
  if (args.length !== 1 || !node) return tools.fail('TEXT takes one argument');
  const { type, get } = tools.compile(node);
  if (type === 'picklist') return { type: 'text', get: (context) => get(context) ?? '' };
  if (type !== 'number') return tools.fail(`TEXT of a ${type} is not emulated`);
  return {
    type: 'text',
    get: (context) => {
      const value = get(context);
      return value === null ? '' : String(value);
    },
  };
};

function choose(a: Compiled, b: Compiled, tools: CompileTools, name: string): FormulaType {
  if (a.type === 'picklist' || b.type === 'picklist') return tools.fail(`${name} can't give a picklist: use TEXT()`);
  if (a.type !== b.type && a.type !== 'null' && b.type !== 'null') {
    return tools.fail(`${name} mixes ${a.type} and ${b.type}`);
  }
  return a.type === 'null' ? b.type : a.type;
}

const iff: Build = (args, tools) => {
  if (args.length !== 3) return tools.fail(`IF takes 3 arguments, not ${args.length}`);
  const [test, yes, no] = args.map(tools.compile) as [Compiled, Compiled, Compiled];
  if (test.type !== 'boolean') tools.fail(`IF needs a boolean first, not ${test.type}`);
  return {
    type: choose(yes, no, tools, 'IF'),
    get: (context) => (test.get(context) === true ? yes.get(context) : no.get(context)),
  };
};

const blankValue: Build = (args, tools) => {
  if (args.length !== 2) return tools.fail(`BLANKVALUE takes 2 arguments, not ${args.length}`);
  const [value, otherwise] = args.map(tools.compile) as [Compiled, Compiled];
  return {
    type: choose(value, otherwise, tools, 'BLANKVALUE'),
    get: (context) => {
      const found = value.get(context);
      return isBlank(found) ? otherwise.get(context) : found;
    },
  };
};

const blank: Build = (args, tools) => {
  const node = args[0];
  if (args.length !== 1 || !node) return tools.fail('ISBLANK takes one argument');
  const { get } = tools.compile(node);
  return { type: 'boolean', get: (context) => isBlank(get(context)) };
};

const isPickVal: Build = (args, tools) => {
  const [field, value] = typed(args, tools, 'ISPICKVAL', ['picklist', 'text']) as [Compiled, Compiled];
  return { type: 'boolean', get: (context) => (field.get(context) ?? '') === (value.get(context) ?? '') };
};

const every: Build = (args, tools) => {
  const parts = booleans(args, tools, 'AND');
  return { type: 'boolean', get: (context) => parts.every((part) => part.get(context) === true) };
};

const some: Build = (args, tools) => {
  const parts = booleans(args, tools, 'OR');
  return { type: 'boolean', get: (context) => parts.some((part) => part.get(context) === true) };
};

const negate: Build = (args, tools) => {
  const part = at(typed(args, tools, 'NOT', ['boolean']), 0);
  return { type: 'boolean', get: (context) => not(part.get(context)) };
};

const isNew: Build = (args, tools) => {
  if (!tools.scope.hasPrior) return tools.fail('ISNEW needs a record that is being created or updated');
  typed(args, tools, 'ISNEW', []);
  return { type: 'boolean', get: (context: FormulaContext) => context.isNew };
};

const now: Build = (args, tools) => {
  typed(args, tools, 'NOW', []);
  return { type: 'datetime', get: (context) => context.now };
};

/** Every formula function that the emulator knows. Another one in a shipped file fails the load. */
export const functions: Record<string, Build> = {
  AND: every,
  OR: some,
  NOT: negate,
  IF: iff,
  ISBLANK: blank,
  BLANKVALUE: blankValue,
  ISPICKVAL: isPickVal,
  ISNEW: isNew,
  ISCHANGED: isChanged,
  PRIORVALUE: priorValue,
  TEXT: text,
  NOW: now,
};
