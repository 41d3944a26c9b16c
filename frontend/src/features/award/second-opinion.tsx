// TOPSIS beside the official ranking: a second opinion that decides nothing, and where the two disagree.
import { useWords } from '@/i18n/use-words';
import { PlainTable, type Column } from '@/ui/plain-table';

import type { LotSensitivity } from './queries';
import room from './room.module.css';

type Row = LotSensitivity['second_opinion'][number];

export function SecondOpinion({ told }: { told: LotSensitivity }) {
  const { t } = useWords('decision-room');
  const rows = told.second_opinion;
  const moved = rows.filter((row) => row.rank !== row.official_rank);
  const first = rows[0];
  if (first === undefined) return null;
  const columns: Column<Row>[] = [
    { key: 'label', title: t('sensitivity.offer'), cell: (row) => <strong>{row.label}</strong> },
    { key: 'rank', title: t('opinion.rank'), right: true, cell: (row) => `${String(row.rank)}${row.is_tied ? ` · ${t('opinion.tied')}` : ''}` },
    { key: 'closeness', title: t('opinion.closeness'), right: true, cell: (row) => row.closeness },
    { key: 'official', title: t('sensitivity.official_rank'), right: true, cell: (row) => row.official_rank },
    { key: 'differs', title: t('opinion.differs'), cell: (row) => (row.rank === row.official_rank ? t('opinion.same') : <strong>{t('opinion.other')}</strong>) },
  ];
  return (
    <details className={room['more']}>
      <summary>
        {t('opinion.title')}: {moved.length === 0 ? t('opinion.agrees') : t('opinion.disagrees', { count: moved.length })}
      </summary>
      <div className="stack">
        <p className="small muted">{t('opinion.note')}</p>
        {first.official_rank !== 1 && <p>{t('opinion.first', { label: first.label })}</p>}
        <PlainTable caption={t('opinion.title')} columns={columns} rows={rows} rowKey={(row) => row.label} />
      </div>
    </details>
  );
}
