const NOTE = '<!-- Written by `npm run docs` from the code: do not edit. -->';

/** A page that is written from the code alone. */
export function page(title: string, lines: readonly string[]): string {
  return `${[`# ${title}`, '', NOTE, '', ...lines].join('\n')}\n`;
}

/** A Markdown table; a bar in a cell is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Milliseconds as a person would say them, in the largest unit that fits. */
export function duration(ms: number): string {
  if (ms === 0) return 'none';
  if (ms < 60_000) return `${ms / 1000} s`;
  return ms < 3_600_000 ? `${ms / 60_000} min` : `${ms / 3_600_000} h`;
}

/**
 * The text with what stands between the section's two markers replaced.
 * @throws Error when the text does not have the markers
 */
export function withSection(text: string, name: string, lines: readonly string[]): string {
  const [begin, end] = [`<!-- ${name}: written by \`npm run docs\` from the code -->`, `<!-- ${name}: end -->`];
  const [before, rest] = halves(text, begin);
  const [, after] = halves(rest, end);
  return [before, begin, '\n\n', lines.join('\n'), '\n\n', end, after].join('');
}

function halves(text: string, marker: string): [string, string] {
  const at = text.indexOf(marker);
  if (at < 0) throw new Error(`The marker ${marker} is missing.`);
  return [text.slice(0, at), text.slice(at + marker.length)];
}
