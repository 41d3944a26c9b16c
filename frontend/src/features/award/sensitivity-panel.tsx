// DR-02: how firm the ranking stands. Everything below the sentences is tried, stamped and kept nowhere.

import { lazy, Suspense, useId, useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { PlainTable, type Column } from '@/ui/plain-table';
import { Loading } from '@/ui/states';
import { TableTwin } from '@/ui/table-twin';

import { trimmed } from './choosing';
import type { LotRanking, LotSensitivity, Sensitivity } from './queries';
import room from './room.module.css';
import { saveJson } from './save-json';
import { SecondOpinion } from './second-opinion';
import { Stability } from './stability';
import { Stamp } from './stamp';
import { StepChanges } from './step-changes';
import { orderAt, ranksByTenth, type PlacedLine } from './weighing';

const WeightChart = lazy(() => import('./weight-chart'));

interface SensitivityPanelProps {
  lot: LotRanking;
  told: LotSensitivity;
  sensitivity: Sensitivity;
}

export function SensitivityPanel({ lot, told, sensitivity }: SensitivityPanelProps) {
  const { t } = useWords('decision-room');
  const official = sensitivity.price_weight;
  return (
    <Panel
      title={t('sensitivity.title')}
      note={<Stamp />}
      actions={
        <Button size="small" icon="export" onClick={() => saveJson({ ...told, stamp: sensitivity.stamp, ranking: lot.digest }, `what-if-${lot.digest.slice(0, 8)}.json`)}>
          {t('sensitivity.save')}
        </Button>
      }
    >
      <div className="stack">
        <Stability lot={lot} told={told} />
        <p className="small muted">{t('stamp_why')}</p>
        {official === null ? <p>{t('sensitivity.no_weights')}</p> : told.lines.length > 0 && <Weighing lot={lot} told={told} official={official} />}
        <StepChanges lot={lot} told={told} criteria={sensitivity.criteria} />
        <SecondOpinion told={told} />
      </div>
    </Panel>
  );
}

function Weighing({ lot, told, official }: { lot: LotRanking; told: LotSensitivity; official: string }) {
  const { t } = useWords('decision-room');
  const [tried, setTried] = useState<number | null>(null);
  const weight = tried ?? Math.round(Number(official));
  const isOfficial = weight === Number(official);
  const shown = orderAt(lot, told, weight);
  const caption = t(isOfficial ? 'sensitivity.table_official' : 'sensitivity.table', { weight });
  return (
    <>
      <WeightControl weight={weight} official={official} isOfficial={isOfficial} onTry={setTried} />
      <div className={room['pair']}>
        <div className="stack">
          <h3>
            {caption} {!isOfficial && <Stamp />}
          </h3>
          <PlainTable caption={caption} columns={useColumns()} rows={shown} rowKey={(row) => row.label} narrow />
        </div>
        <div className="stack">
          <h3>{t('sensitivity.lines')}</h3>
          <Suspense fallback={<Loading lines={6} />}>
            <WeightChart lines={told.lines} official={Number(official)} tried={weight} />
          </Suspense>
          <RankTable told={told} />
        </div>
      </div>
    </>
  );
}

interface WeightControlProps {
  weight: number;
  official: string;
  isOfficial: boolean;
  onTry: (weight: number | null) => void;
}

function WeightControl({ weight, official, isOfficial, onTry }: WeightControlProps) {
  const { t } = useWords('decision-room');
  const slider = useId();
  const change = (value: number) => onTry(Math.min(100, Math.max(0, Math.round(value))));
  return (
    <div className={room['weight']}>
      <label htmlFor={slider}>
        {t('sensitivity.weight')} <span className="muted">({t('sensitivity.official_is', { weight: trimmed(official) })})</span>
      </label>
      <input id={slider} type="range" min={0} max={100} value={weight} onChange={(event) => change(event.target.valueAsNumber)} />
      <div className={room['steps']}>
        <Button aria-label={t('sensitivity.minus')} disabled={weight <= 0} onClick={() => change(weight - 1)}>
          −1
        </Button>
        <input
          type="number"
          inputMode="numeric"
          min={0}
          max={100}
          aria-label={t('sensitivity.weight_is')}
          value={weight}
          onChange={(event) => Number.isFinite(event.target.valueAsNumber) && change(event.target.valueAsNumber)}
        />
        <Button aria-label={t('sensitivity.plus')} disabled={weight >= 100} onClick={() => change(weight + 1)}>
          +1
        </Button>
        <Button look="quiet" disabled={isOfficial} onClick={() => onTry(null)}>
          {t('sensitivity.reset')}
        </Button>
      </div>
    </div>
  );
}

function useColumns(): Column<PlacedLine>[] {
  const { t } = useWords('decision-room');
  return [
    { key: 'label', title: t('sensitivity.offer'), cell: (row) => <strong>{row.label}</strong> },
    { key: 'rank', title: t('sensitivity.rank'), right: true, cell: (row) => row.rank },
    { key: 'total', title: t('sensitivity.total'), right: true, cell: (row) => row.total },
    { key: 'official', title: t('sensitivity.official_rank'), right: true, cell: (row) => `${String(row.official)} · ${t(`sensitivity.${row.moved === 0 ? 'same' : row.moved > 0 ? 'up' : 'down'}`, { count: Math.abs(row.moved) })}` },
  ];
}

function RankTable({ told }: { told: LotSensitivity }) {
  const { t } = useWords('decision-room');
  const rows = ranksByTenth(told);
  const columns: Column<(typeof rows)[number]>[] = [
    { key: 'weight', title: t('sensitivity.axis'), cell: (row) => row.weight },
    ...told.lines.map((line, place) => ({ key: line.label, title: line.label, right: true, cell: (row: (typeof rows)[number]) => row.ranks[place] })),
  ];
  return <TableTwin caption={t('sensitivity.lines_caption')} columns={columns} rows={rows} rowKey={(row) => String(row.weight)} />;
}
