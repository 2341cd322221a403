import type { ComponentChildren, JSX } from 'preact';

export interface Column<Row> {
  title: string;
  /** Numbers stand at the right. */
  isNumber?: boolean;
  cell(row: Row): ComponentChildren;
}

/** The elements' own roles, which they lose for some readers once a phone's style makes blocks of them. */
const ROLE = {
  table: { role: 'table' },
  rowgroup: { role: 'rowgroup' },
  row: { role: 'row' },
  columnheader: { role: 'columnheader' },
  rowheader: { role: 'rowheader' },
  cell: { role: 'cell' },
} as const;

interface DataTableProps<Row> {
  caption: string;
  /** The first one names the row. */
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf(row: Row): string;
  classOf?(row: Row): string;
}

/** A table with headers on both sides. On a phone each row is a small card, with the header beside each value. */
export function DataTable<Row>({ caption, columns, rows, keyOf, classOf }: DataTableProps<Row>): JSX.Element {
  return (
    <table class="data" {...ROLE.table}>
      <caption class="unseen">{caption}</caption>
      <thead {...ROLE.rowgroup}>
        <tr {...ROLE.row}>
          {columns.map(({ title, isNumber }) => (
            <th key={title} {...ROLE.columnheader} scope="col" class={isNumber === true ? 'number' : ''}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody {...ROLE.rowgroup}>
        {rows.map((row) => (
          <tr key={keyOf(row)} {...ROLE.row} class={classOf?.(row) ?? ''}>
            {columns.map((column, index) => (
              <Cell key={column.title} column={column} row={row} isHeader={index === 0} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell<Row>({ column, row, isHeader }: { column: Column<Row>; row: Row; isHeader: boolean }): JSX.Element {
  const { title, isNumber, cell } = column;
  const shared = { class: isNumber === true ? 'number' : '', 'data-title': title };
  return isHeader ? (
    <th {...ROLE.rowheader} scope="row" {...shared}>
      <span>{cell(row)}</span>
    </th>
  ) : (
    <td {...ROLE.cell} {...shared}>
      <span>{cell(row)}</span>
    </td>
  );
}
