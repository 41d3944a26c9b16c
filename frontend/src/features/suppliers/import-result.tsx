// What an import did: how many are in, and each bad cell with its address, what was typed and what is wrong.

import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { ButtonAnchor } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';

import type { FaultyCell, Import } from './queries';
import css from './suppliers.module.css';

export function ImportResult({ done }: { done: Import }) {
  const { t, lang } = useWords('suppliers');
  return (
    <Panel
      title={t('import.step_result')}
      actions={
        done.bad_rows > 0 && (
          <ButtonAnchor href={`/api/suppliers/imports/${done.id}/sheet?locale=${lang}`} download size="small" icon="export">
            {t('import.error_sheet')}
          </ButtonAnchor>
        )
      }
      flush
    >
      <div className={css['result']} role="status">
        <dl className={css['tally']}>
          <Figure term={t('import.rows_read')} value={done.total} />
          <Figure term={t('import.created')} value={done.created} />
          <Figure term={t('import.bad_rows')} value={done.bad_rows} />
        </dl>
        {done.bad_rows === 0 ? <Banner tone="good">{t('import.all_good')}</Banner> : <Banner tone="warn">{t('import.some_bad')}</Banner>}
        {done.ignored_columns.length > 0 && (
          <Banner>{t('import.ignored', { columns: done.ignored_columns.join(t('common:list_separator')) })}</Banner>
        )}
      </div>
      {done.rows.length > 0 && <Faults cells={done.rows} />}
    </Panel>
  );
}

function Figure({ term, value }: { term: string; value: number }) {
  return (
    <div>
      <dt className="muted small">{term}</dt>
      <dd className="num">{value}</dd>
    </div>
  );
}

function Faults({ cells }: { cells: readonly FaultyCell[] }) {
  const { t, find } = useWords('suppliers');
  return (
    <PlainTable
      caption={t('import.faults')}
      rows={cells}
      rowKey={(cell) => `${cell.cell}-${cell.code}`}
      columns={[
        { key: 'cell', title: t('import.cell'), cell: (cell) => <strong className="mono">{cell.cell}</strong> },
        { key: 'row', title: t('import.row'), right: true, cell: (cell) => cell.row },
        { key: 'column', title: t('import.column'), cell: (cell) => find(`fields.${cell.column}`, cell.column) },
        {
          key: 'typed',
          title: t('import.typed'),
          cell: (cell) => (cell.text ? <span className={css['fault']}>{cell.text}</span> : <span className="muted">{t('import.blank')}</span>),
        },
        { key: 'fault', title: t('import.fault'), cell: (cell) => find(`faults.${cell.code}`, cell.code, { ...cell.detail }) },
      ]}
    />
  );
}
