import type { OrderByClause, Query, WhereClause } from '@jetstreamapp/soql-parser-js';
import { parseQuery } from '@jetstreamapp/soql-parser-js';
import { OrgRefusal } from '../../org-contract.ts';

export interface SoqlCondition {
  kind: 'condition';
  field: string;
  operator: string;
  /** One for a comparison, any number for IN. */
  values: SoqlValue[];
}

export interface SoqlValue {
  type: 'text' | 'number' | 'boolean' | 'null' | 'datetime' | 'date';
  text: string;
}

export type SoqlFilter =
  | SoqlCondition
  | { kind: 'not'; part: SoqlFilter }
  | { kind: 'and' | 'or'; parts: SoqlFilter[] };

export interface ParsedSoql {
  object: string;
  isCount: boolean;
  fields: string[];
  filter: SoqlFilter | null;
  order: { field: string; descending: boolean; nullsLast: boolean }[];
  limit: number | null;
}

const refuse = (message: string): never => {
  throw new OrgRefusal('MALFORMED_QUERY', message);
};

/** Reads the part of SOQL that the product sends; anything else is refused as MALFORMED_QUERY. */
export function parseSoql(soql: string): ParsedSoql {
  // https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select.htm
  if (soql.length > 100_000) refuse('SOQL statements cannot be longer than 100000 characters.');
  const query = parsed(soql);
  const known = ['fields', 'sObject', 'where', 'orderBy', 'limit'];
  for (const part of Object.keys(query)) if (!known.includes(part)) refuse(`${part} is not emulated`);
  const { fields, isCount } = selection(query);
  return {
    object: query.sObject ?? refuse('no FROM'),
    isCount,
    fields,
    filter: query.where ? readFilter(query.where) : null,
    order: readOrder(query.orderBy),
    limit: query.limit ?? null,
  };
}

function parsed(soql: string): Query {
  try {
    return parseQuery(soql);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function selection(query: Query): { fields: string[]; isCount: boolean } {
  const fields: string[] = [];
  let isCount = false;
  for (const field of query.fields ?? []) {
    if (field.type === 'Field' && field.alias === undefined) fields.push(field.field);
    else if (field.type === 'FieldRelationship') fields.push([...field.relationships, field.field].join('.'));
    else if (field.type === 'FieldFunctionExpression' && field.rawValue?.toUpperCase() === 'COUNT()') isCount = true;
    else refuse(`${field.type} is not emulated in SELECT`);
  }
  if (isCount && fields.length > 0) refuse('COUNT() must stand alone');
  if (isCount && query.orderBy) refuse('COUNT() takes no ORDER BY');
  return { fields, isCount };
}

function readOrder(clause: Query['orderBy']): ParsedSoql['order'] {
  const list: OrderByClause[] = clause === undefined ? [] : Array.isArray(clause) ? clause : [clause];
  return list.map((entry) => {
    if (!('field' in entry)) return refuse('functions in ORDER BY are not emulated');
    return { field: entry.field, descending: entry.order === 'DESC', nullsLast: entry.nulls === 'LAST' };
  });
}

type Token = '(' | ')' | 'AND' | 'OR' | 'NOT' | SoqlCondition;

/** The parser gives a chain with counted parentheses: this flattens it and reads it again as a tree. */
function readFilter(where: WhereClause): SoqlFilter {
  const tokens: Token[] = [];
  for (let part: WhereClause | undefined = where; part; ) {
    if (part.left) {
      const left = part.left as { openParen?: number; closeParen?: number };
      for (let count = left.openParen ?? 0; count > 0; count--) tokens.push('(');
      if ('field' in part.left || 'fn' in part.left) tokens.push(readCondition(part.left as ConditionShape));
      for (let count = left.closeParen ?? 0; count > 0; count--) tokens.push(')');
    }
    if (!('right' in part)) break;
    tokens.push(part.operator);
    part = part.right;
  }
  let at = 0;
  const group = (): SoqlFilter => {
    const parts = [single()];
    let joiner: 'AND' | 'OR' | null = null;
    for (let token = tokens[at]; token === 'AND' || token === 'OR'; token = tokens[at]) {
      if (joiner !== null && joiner !== token) refuse('AND and OR need parentheses when they are mixed');
      joiner = token;
      at++;
      parts.push(single());
    }
    const [only] = parts;
    return only && parts.length === 1 ? only : { kind: joiner === 'OR' ? 'or' : 'and', parts };
  };
  const single = (): SoqlFilter => {
    const token = tokens[at++];
    if (token === 'NOT') return { kind: 'not', part: single() };
    if (token === '(') {
      const inner = group();
      if (tokens[at++] !== ')') refuse('a parenthesis is missing');
      return inner;
    }
    return typeof token === 'object' ? token : refuse('unexpected end of the WHERE clause');
  };
  const filter = group();
  if (at < tokens.length) refuse('unexpected text in the WHERE clause');
  return filter;
}

interface ConditionShape {
  field?: string;
  fn?: unknown;
  operator: string;
  value?: string | string[];
  valueQuery?: unknown;
  literalType?: string | string[];
}

const operators = ['=', '!=', '<', '<=', '>', '>=', 'LIKE', 'IN', 'NOT IN'];
const literals: Record<string, SoqlValue['type']> = {
  STRING: 'text',
  INTEGER: 'number',
  DECIMAL: 'number',
  BOOLEAN: 'boolean',
  NULL: 'null',
  DATETIME: 'datetime',
  DATE: 'date',
};

function readCondition(condition: ConditionShape): SoqlCondition {
  if (condition.field === undefined || condition.valueQuery !== undefined) {
    return refuse('functions and subqueries in WHERE are not emulated');
  }
  if (!operators.includes(condition.operator)) refuse(`operator ${condition.operator} is not emulated`);
  const isList = condition.operator === 'IN' || condition.operator === 'NOT IN';
  if (isList !== Array.isArray(condition.value)) refuse(`wrong value for ${condition.operator}`);
  const texts = Array.isArray(condition.value) ? condition.value : [condition.value ?? ''];
  const values = texts.map((text, index) => {
    const literal = Array.isArray(condition.literalType) ? condition.literalType[index] : condition.literalType;
    const type = literals[literal ?? ''];
    if (!type) return refuse(`literal ${literal ?? text} is not emulated`);
    return { type, text: type === 'text' ? unquote(text) : text };
  });
  return { kind: 'condition', field: condition.field, operator: condition.operator, values };
}

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

function unquote(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/g, (_, character: string) => escapes[character] ?? character);
}
