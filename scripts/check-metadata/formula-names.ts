/** What a formula names, as far as a check without a formula engine can see. */
export interface FormulaNames {
  /** Function names, upper case. */
  functions: string[];
  /** Fields and variables: `OneSignal_Id__c`, `$Record.Status`; without the `{!…}` that a flow puts around them. */
  references: string[];
  /** Unbalanced parentheses, an open string, or a character that no formula has. */
  problem: string | undefined;
}

const TOKEN =
  /\s+|\/\*[\s\S]*?\*\/|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\d+(?:\.\d+)?|\{!\s*([$\w.]+)\s*\}|([$A-Za-z_][\w.$]*)(\s*\()?|[()]|[-+*/^&=<>!,|]+/y;

const CONSTANTS = ['TRUE', 'FALSE', 'NULL'];

/** Reads the names out of a formula of a field (`merge` false) or of a flow (`merge` true: names stand in `{!…}`). */
export function formulaNames(formula: string, merge: boolean): FormulaNames {
  const names: FormulaNames = { functions: [], references: [], problem: undefined };
  let depth = 0;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < formula.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(formula);
    if (match === null) return { ...names, problem: `cannot read it from "${formula.slice(at, at + 20)}"` };
    const [token, merged, word, call] = match;
    if (merged !== undefined && !merge) return { ...names, problem: 'a field formula has no {!…}' };
    if (merged !== undefined) names.references.push(merged);
    if (word !== undefined) addWord(names, word, call !== undefined, merge);
    if (token === '(' || call !== undefined) depth += 1;
    if (token === ')') depth -= 1;
    if (depth < 0) return { ...names, problem: 'a parenthesis too many' };
  }
  return depth === 0 ? names : { ...names, problem: 'a parenthesis is not closed' };
}

function addWord(names: FormulaNames, word: string, isCall: boolean, merge: boolean): void {
  if (isCall) names.functions.push(word.toUpperCase());
  else if (CONSTANTS.includes(word.toUpperCase())) return;
  else if (merge) names.problem = `"${word}" stands outside of {!…}`;
  else names.references.push(word);
}
