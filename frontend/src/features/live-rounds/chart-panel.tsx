// The chart with its buttons and its table twin; why there is only one line, or none, is said in words.
import { lazy, Suspense, useMemo, useState } from 'react';

import { formatInstant, toMs } from '@/domain/instant';
import { percentChange, rescale, type Amount } from '@/domain/money';
import { useWords } from '@/i18n/use-words';
import { Empty, Loading } from '@/ui/states';
import { Panel } from '@/ui/panel';
import { Switcher } from '@/ui/switcher';
import { TableTwin } from '@/ui/table-twin';
import { useServerNow } from '@/ui/use-server-now';

import { chartData } from './bid-chart-data';
import type { ChartScene } from './bid-chart-option';
import css from './chart-panel.module.css';
import type { CockpitInfo } from './cockpit-data';
import { hasFigures, type WatchedLot } from './cockpit-lot';
import { moneyText, percentOf } from './lot-view';

const BidChart = lazy(() => import('./bid-chart'));

type Span = 'so_far' | 'whole' | 'last_10' | 'last_3';
const SHOWN: readonly Span[] = ['so_far', 'whole', 'last_10', 'last_3'];
const LENGTHS = { last_10: 600_000, last_3: 180_000 } as const;
// Room at the right for what comes next.
const ROOM = 0.1;
// The present moves along the chart once in five seconds: enough to see time pass, calm enough to read.
const MOVES_EVERY_MS = 5_000;

export function ChartPanel({ info, lot }: { info: CockpitInfo; lot: WatchedLot }) {
  const { t } = useWords('cockpit');
  const [span, setSpan] = useState<Span>('so_far');
  const [withLines, setWithLines] = useState(true);
  const now = useServerNow(MOVES_EVERY_MS);
  const data = useMemo(() => chartData(lot), [lot]);
  const bestName = t(bestKey(info, lot));
  const scene = useMemo<ChartScene>(
    () => sceneOf({ info, lot, data, span, withLines, now, bestName }),
    [info, lot, data, span, withLines, now, bestName],
  );
  const isEmpty = data.best.length === 0;
  return (
    <Panel
      title={t('chart.title')}
      actions={
        <div className={css['zoom']}>
          <Switcher label={t('chart.zoom')} value={span} onChange={setSpan} options={SHOWN.map((value) => ({ value, label: t(`chart.${value}`) }))} />
          <Switcher
            label={t('chart.price_zoom')}
            value={withLines ? 'with_lines' : 'bids_only'}
            onChange={(value) => setWithLines(value === 'with_lines')}
            options={(['with_lines', 'bids_only'] as const).map((value) => ({ value, label: t(`chart.${value}`) }))}
          />
        </div>
      }
    >
      <Explained lot={lot} />
      {isEmpty ? (
        <Empty icon="chart" title={t('chart.empty')}>
          {lot.state.status === 'scheduled' && <p>{t('chart.empty_opens', { time: formatInstant(lot.state.opens_at, info.tender.time_zone, 'time-second') })}</p>}
        </Empty>
      ) : (
        <Suspense fallback={<Loading lines={8} />}>
          <BidChart scene={scene} />
        </Suspense>
      )}
      {!isEmpty && <BidTable info={info} lot={lot} />}
    </Panel>
  );
}

interface SceneInput {
  bestName: string;
  info: CockpitInfo;
  lot: WatchedLot;
  data: ChartScene['data'];
  span: Span;
  withLines: boolean;
  now: number;
}

function sceneOf({ info, lot, data, span, withLines, now, bestName }: SceneInput): ChartScene {
  const { state } = lot;
  const end = Math.max(toMs(state.closes_at), ...data.best.map((point) => point[0]));
  const present = Math.min(now, end);
  const range = rangeOf(span, { opens: toMs(state.opens_at), present, end });
  return {
    bestName,
    data,
    baseline: lot.baseline_price === null ? null : rescale(lot.baseline_price, lot.lot.scale),
    ceiling: lot.lot.ceiling_price,
    extensions: lot.extensions,
    pauses: lot.pauses,
    currency: info.tender.currency,
    zone: info.tender.time_zone,
    scale: lot.lot.scale,
    range: { ...range, withLines },
    nowMs: present,
  };
}

function rangeOf(span: Span, { opens, present, end }: { opens: number; present: number; end: number }): { fromMs: number; toMs: number } {
  if (span === 'whole') return { fromMs: opens, toMs: end };
  const length = span === 'so_far' ? Math.max(60_000, present - opens) : LENGTHS[span];
  return { fromMs: present - length, toMs: present + length * ROOM };
}

/** By another basis than the price the one in front need not be the cheapest: the line says which of both it is. */
function bestKey(info: CockpitInfo, lot: WatchedLot): 'chart.best_line' | 'chart.lowest_line' | 'chart.leading_line' {
  if ((info.rules.basis ?? 'price') === 'price' || !hasFigures(lot.state)) return 'chart.best_line';
  return lot.state.best_line.length > 0 ? 'chart.leading_line' : 'chart.lowest_line';
}

function Explained({ lot }: { lot: WatchedLot }) {
  const { t } = useWords('cockpit');
  if (!hasFigures(lot.state)) return null;
  const { view, series, best_line: line } = lot.state;
  if (view === 'none') return <p className={css['why']}>{t('chart.hidden')}</p>;
  if (view === 'best_only') return <p className={css['why']}>{t('chart.best_only')}</p>;
  return series.length === 0 && line.length > 0 ? <p className={css['why']}>{t('chart.few')}</p> : null;
}

interface TableRow {
  key: string;
  n: string;
  at: string;
  who: string;
  amount: Amount;
  change: string;
}

function BidTable({ info, lot }: { info: CockpitInfo; lot: WatchedLot }) {
  const { t } = useWords('cockpit');
  const { currency, time_zone: zone } = info.tender;
  const columns = [
    { key: 'at', title: t('chart.at'), cell: (row: TableRow) => formatInstant(row.at, zone, 'time-second') },
    { key: 'who', title: t('chart.alias'), cell: (row: TableRow) => row.who },
    { key: 'amount', title: t('chart.amount'), cell: (row: TableRow) => moneyText(row.amount, currency), right: true },
    { key: 'change', title: t('chart.change'), cell: (row: TableRow) => row.change, right: true },
  ];
  return <TableTwin caption={t('chart.caption', { number: lot.lot.number })} columns={columns} rows={tableRows(lot, t(bestKey(info, lot)), t('chart.first'))} rowKey={(row) => row.key} />;
}

/** Newest first, each with its change against the same bidder's last one. */
function tableRows(lot: WatchedLot, bestName: string, first: string): TableRow[] {
  if (!hasFigures(lot.state)) return [];
  const { series, best_line: line } = lot.state;
  const points = series.length > 0 ? series.map(([at, alias, amount, n]) => ({ at, alias, amount, n: String(n) })) : line.map(([at, amount], place) => ({ at, alias: bestName, amount, n: String(place + 1) }));
  const last = new Map<string, Amount>();
  const rows = points.map(({ at, alias, amount, n }) => {
    const before = last.get(alias);
    last.set(alias, amount);
    return { key: `${n}.${at}`, n, at, who: alias, amount, change: before === undefined ? first : percentOf(percentChange(before, amount)) };
  });
  return rows.reverse();
}
