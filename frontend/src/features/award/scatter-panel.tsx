// DR-03: the picture with its legend in words and its table twin; fewer than three offers are a table alone.

import { lazy, Suspense } from 'react';

import { useWords } from '@/i18n/use-words';
import { Money } from '@/ui/money';
import { Panel } from '@/ui/panel';
import { PlainTable, type Column } from '@/ui/plain-table';
import { Loading } from '@/ui/states';
import { TableTwin } from '@/ui/table-twin';

import type { LotRanking, LotSensitivity, RankingRow } from './queries';
import room from './room.module.css';

const ScatterChart = lazy(() => import('./scatter-chart'));
const DRAWN_FROM = 3;

interface ScatterPanelProps {
  lot: LotRanking;
  told: LotSensitivity;
  threshold: string | null;
  currency: string;
}

export function ScatterPanel({ lot, told, threshold, currency }: ScatterPanelProps) {
  const { t } = useWords('decision-room');
  const none = t('common:table.none');
  const columns: Column<RankingRow>[] = [
    { key: 'label', title: t('sensitivity.offer'), cell: (row) => row.label },
    { key: 'price', title: t('scatter.price'), right: true, cell: (row) => <Money amount={row.amount} currency={currency} /> },
    { key: 'quality', title: t('scatter.quality'), right: true, cell: (row) => row.technical_points ?? none },
    { key: 'total', title: t('sensitivity.total'), right: true, cell: (row) => row.total ?? row.figure ?? none },
    { key: 'pareto', title: t('scatter.pareto'), cell: (row) => (told.pareto.includes(row.label) ? t('scatter.on_line') : none) },
  ];
  const table = { caption: t('scatter.caption'), columns, rows: lot.rows, rowKey: (row: RankingRow) => row.label };
  const isDrawn = lot.rows.length >= DRAWN_FROM;
  return (
    <Panel title={t('scatter.title')}>
      <div className="stack">
        {isDrawn ? (
          <>
            <Suspense fallback={<Loading lines={8} />}>
              <ScatterChart lot={lot} told={told} threshold={threshold} />
            </Suspense>
            <Legend told={told} />
            <p className="small muted">{t('scatter.explain')}</p>
            <TableTwin {...table} />
          </>
        ) : (
          <>
            <p className="muted">{t('scatter.few')}</p>
            <PlainTable {...table} />
          </>
        )}
      </div>
    </Panel>
  );
}

function Legend({ told }: { told: LotSensitivity }) {
  const { t } = useWords('decision-room');
  return (
    <ul className={room['legend']}>
      <li data-line="pareto">{t('scatter.pareto')}</li>
      {told.iso.map((iso, place) => (
        <li key={iso.label} data-line={place === 0 ? 'first' : 'last'}>
          {t('scatter.iso', { label: iso.label, total: iso.total })}
        </li>
      ))}
    </ul>
  );
}
