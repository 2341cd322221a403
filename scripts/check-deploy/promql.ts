import { parser } from '@prometheus-io/lezer-promql';

/** What an expression asks of one metric: its name, and the values that labels must have. */
export interface Selector {
  metric: string;
  equals: ReadonlyMap<string, string>;
  /** All labels that it names, whatever they are compared with. */
  labels: readonly string[];
}

/** @returns undefined where it is no PromQL */
export function selectorsIn(expression: string): Selector[] | undefined {
  const tree = parser.parse(expression);
  const text = ({ from, to }: { from: number; to: number }) => expression.slice(from, to);
  const found: { metric: string; equals: Map<string, string>; labels: string[] }[] = [];
  let isWrong = false;
  tree.iterate({
    enter(node) {
      if (node.type.isError) isWrong = true;
      if (node.name === 'VectorSelector') {
        const name = node.node.getChild('Identifier');
        found.push({ metric: name === null ? '' : text(name), equals: new Map(), labels: [] });
      }
      if (node.name !== 'UnquotedLabelMatcher') return;
      const [label, operator, value] = ['LabelName', 'MatchOp', 'StringLiteral'].map((kind) =>
        node.node.getChild(kind),
      );
      const current = found.at(-1);
      if (current === undefined || label == null || operator == null || value == null) return;
      current.labels.push(text(label));
      if (text(operator) === '=') current.equals.set(text(label), text(value).slice(1, -1));
    },
  });
  return isWrong ? undefined : found;
}
