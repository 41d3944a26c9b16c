// A light table for short lists: one row header, right-aligned numbers, cards on a phone. Long lists take antd's Table.

import type { ReactNode } from 'react';

import css from './plain-table.module.css';

export interface Column<Row> {
  key: string;
  title: string;
  cell: (row: Row) => ReactNode;
  /** Numbers. */
  right?: boolean;
}

interface PlainTableProps<Row> {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** A line below this row: what comes after it is another part. */
  cutsAfter?: (row: Row) => boolean;
  /** Few and short columns: a table on a phone, too. */
  narrow?: boolean;
}

/** The first column heads the row. */
export function PlainTable<Row>({ caption, columns, rows, rowKey, cutsAfter, narrow = false }: PlainTableProps<Row>) {
  return (
    <div className={css['scroll']}>
      <table className={`${css['table'] ?? ''} ${narrow ? '' : (css['cards'] ?? '')}`}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={column.right ? css['right'] : ''}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} data-cut={cutsAfter?.(row) || undefined}>
              {columns.map((column, index) =>
                index === 0 ? (
                  <th key={column.key} scope="row">
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.key} data-label={column.title} className={column.right ? css['right'] : ''}>
                    <span>{column.cell(row)}</span>
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
