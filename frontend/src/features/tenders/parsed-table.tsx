// What was read, cell by cell; a faulty cell shows what was typed, says why, offers what it may mean, and can be mended in place.
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';

import type { Parsed, ParsedCell, ParsedRow } from './api';
import css from './builder.module.css';
import { cellKey } from './draft-edit';
import { useFaultText } from './draft-field';
import { isMended } from './parsed-rows';

// More than anybody checks by eye at once.
const SHOWN = 200;

interface ParsedTableProps {
  parsed: Parsed;
  typed: Readonly<Record<string, string>>;
  onTyped: (typed: Readonly<Record<string, string>>) => void;
}

export function ParsedTable({ parsed, typed, onTyped }: ParsedTableProps) {
  const { t, find } = useWords('tenders');
  const columns = [...new Set(parsed.columns.filter((column) => column !== null))];
  // Rows with a fault first: they are what needs a person.
  const rows = [...parsed.rows].sort((a, b) => Number(a.is_clean) - Number(b.is_clean)).slice(0, SHOWN);
  return (
    <div className={css['parsed']} tabIndex={0} role="region" aria-label={t('paste.preview')}>
      <table>
        <caption className="visually-hidden">{t('paste.preview')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('paste.row')}</th>
            {columns.map((column) => (
              <th key={column} scope="col">
                {find(`line.${column}`, find(`fields.${column}`, column))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.number} className={isMended(row, typed) ? '' : css['faulty']}>
              <th scope="row">{row.number}</th>
              {columns.map((column) => (
                <td key={column}>
                  <Cell row={row} cell={row.cells.find((each) => each.column === column)} typed={typed} onTyped={onTyped} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {parsed.rows.length > SHOWN && <p className="small muted">{t('form.more_lines', { count: parsed.rows.length - SHOWN })}</p>}
    </div>
  );
}

function Cell({ row, cell, typed, onTyped }: { row: ParsedRow; cell: ParsedCell | undefined } & Omit<ParsedTableProps, 'parsed'>) {
  const { t } = useWords('tenders');
  const say = useFaultText();
  if (cell === undefined) return null;
  if (cell.fault === null) return <>{cell.value}</>;
  const key = cellKey(row, cell);
  const mend = (text: string) => onTyped({ ...typed, [key]: text });
  return (
    <div className={css['mend']}>
      <input aria-label={t('paste.mend', { cell: cell.address ?? '' })} value={typed[key] ?? ''} placeholder={cell.typed} onChange={(event) => mend(event.target.value)} />
      <span className={css['why']}>
        {cell.address} · {say({ field: '', code: cell.fault, detail: {} })}
      </span>
      {cell.choices.length > 0 && (
        <span className="row">
          {cell.choices.map((choice) => (
            <Button key={choice} size="small" onClick={() => mend(choice)}>
              {choice}
            </Button>
          ))}
        </span>
      )}
    </div>
  );
}
