// The table behind a chart (SCREENS.md 1.6: every chart has one).

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';

import { PlainTable, type Column } from './plain-table';
import css from './table-twin.module.css';

interface TableTwinProps<Row> {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
}

export function TableTwin<Row>(props: TableTwinProps<Row>) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={css['twin']} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {t('table.twin')} <span className="muted small">({t('table.rows', { count: props.rows.length })})</span>
      </summary>
      {/* A region that scrolls must be reachable by keyboard. */}
      <div className={css['scroll']} tabIndex={0} role="region" aria-label={props.caption}>
        {/* Shut, a live chart's hundreds of rows would be drawn anew with every bid, for nobody. */}
        {isOpen && <PlainTable {...props} />}
      </div>
    </details>
  );
}
