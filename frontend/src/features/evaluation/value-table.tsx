// A sheet of values; cells can be found, or chosen to be covered. Long sheets show their beginning first.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';

import css from './documents.module.css';

const ROWS_AT_ONCE = 200;

interface ValueTableProps {
  rows: readonly (readonly string[])[];
  isMarked: (cell: string, row: number, column: number) => boolean;
  onCell?: (row: number, column: number) => void;
}

export function ValueTable({ rows, isMarked, onCell }: ValueTableProps) {
  const { t } = useWords('documents');
  const [shown, setShown] = useState(ROWS_AT_ONCE);
  return (
    <>
      <table className={css['values']}>
        <tbody>
          {rows.slice(0, shown).map((row, at) => (
            // Rows have no name but their place.
            <tr key={at}>
              <th scope="row">{at + 1}</th>
              {row.map((cell, column) => (
                <td key={column} data-marked={isMarked(cell, at, column) || undefined}>
                  {onCell === undefined ? (
                    cell
                  ) : (
                    <button type="button" aria-pressed={isMarked(cell, at, column)} aria-label={`${t('held.cell', { row: at + 1, column: column + 1 })}: ${cell}`} onClick={() => onCell(at, column)}>
                      {cell || '\u00a0'}
                    </button>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > shown && (
        <Button size="small" icon="down" onClick={() => setShown(shown + ROWS_AT_ONCE)}>
          {`${String(shown)} / ${String(rows.length)}`}
        </Button>
      )}
    </>
  );
}
