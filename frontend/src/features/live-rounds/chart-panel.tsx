// The chart with its buttons and its table twin; why there is only one line, or none, is said in words.
import { lazy, Suspense, useMemo, useState } from 'react';

import { formatInstant, toMs } from '@/domain/instant';
import { pick } from '@/domain/lang';
import { percentChange, rescale, type Amount } from '@/domain/money';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Empty, Loading } from '@/ui/states';
import { Panel } from '@/ui/panel';
import { Switcher } from '@/ui/switcher';
import { TableTwin } from '@/ui/table-twin';
import { useServerNow } from '@/ui/use-server-now';

import { chartData } from './bid-chart-data';
import { heightsOf, type ChartScene, type ReferenceLine } from './bid-chart-option';
import css from './chart-panel.module.css';
import { lookedAt, rangeOf, SPANS, stepped, type Lived, type Zoom, type ZoomStep } from './chart-zoom';
import type { Budget, CockpitInfo } from './cockpit-data';
import { hasFigures, unitOf, type WatchedLot } from './cockpit-lot';
import { moneyText, percentOf } from './lot-view';

const BidChart = lazy(() => import('./bid-chart'));

const STEPS: readonly { step: ZoomStep; sign: string }[] = [
  { step: 'earlier', sign: '‹' },
  { step: 'out', sign: '−' },
  { step: 'in', sign: '+' },
  { step: 'later', sign: '›' },
];
// The present moves along the chart once in five seconds: enough to see time pass, calm enough to read.
const MOVES_EVERY_MS = 5_000;

interface ChartPanelProps {
  info: CockpitInfo;
  lot: WatchedLot;
  budget: Budget | undefined;
  /** An instant somebody chose in the log; another object for every choice. */
  look: { atMs: number } | null;
  /** Whether the figures are those of now; else the chart says of when. */
  fresh: boolean;
  asOf: string | null;
}

export function ChartPanel({ info, lot, budget, look, fresh, asOf }: ChartPanelProps) {
  const { t, lang } = useWords('cockpit');
  const [withLines, setWithLines] = useState(true);
  const now = useServerNow(MOVES_EVERY_MS);
  const data = useMemo(() => chartData(lot), [lot]);
  const lived = livedOf(lot, data, now);
  const { zoom, setZoom, lookedAtMs } = useZoom(look, lived);
  const bestName = t(bestKey(info, lot));
  const scene = useMemo<ChartScene>(() => {
    const time = rangeOf(zoom, lived);
    const lines = linesOf(lot, budget);
    return {
      bestName,
      data,
      lines,
      pins: info.broadcasts.map(({ at, zh, en }) => ({ atMs: toMs(at), text: pick(lang, { zh, en }) })),
      lookedAtMs,
      extensions: lot.extensions,
      pauses: lot.pauses,
      currency: info.tender.currency,
      zone: info.tender.time_zone,
      scale: lot.lot.scale,
      range: { ...time, ...heightsOf(data, time.fromMs, withLines ? lines : []), withLines },
      nowMs: lived.present,
    };
    // The three instants stand for `lived`, which is a new object with every render.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [info, lot, budget, data, zoom, withLines, bestName, lang, lookedAtMs, lived.opens, lived.present, lived.end]);
  const isEmpty = data.best.length === 0;
  return (
    <Panel
      title={t('chart.title')}
      actions={
        <div className={css['zoom']}>
          <Switcher label={t('chart.zoom')} value={typeof zoom === 'string' ? zoom : ''} onChange={(value) => value !== '' && setZoom(value)} options={SPANS.map((value) => ({ value, label: t(`chart.${value}`) }))} />
          <div className={css['steps']} role="group" aria-label={t('chart.steps')}>
            {STEPS.map(({ step, sign }) => (
              <Button key={step} size="small" aria-label={t(`chart.step_${step}`)} title={t(`chart.step_${step}`)} disabled={isEmpty} onClick={() => setZoom(stepped(rangeOf(zoom, lived), step, lived))}>
                {sign}
              </Button>
            ))}
          </div>
          <Switcher
            label={t('chart.price_zoom')}
            value={withLines ? 'with_lines' : 'bids_only'}
            onChange={(value) => setWithLines(value === 'with_lines')}
            options={(['with_lines', 'bids_only'] as const).map((value) => ({ value, label: t(`chart.${value}`) }))}
          />
        </div>
      }
    >
      <Explained lot={lot} isByRule={info.rules.buyer_view === 'best_only'} />
      {!fresh && asOf !== null && !isEmpty && <p className={css['why']}>{t('chart.as_of', { time: formatInstant(asOf, info.tender.time_zone, 'time-second') })}</p>}
      {isEmpty ? (
        <Empty icon="chart" title={t('chart.empty')}>
          {lot.state.status === 'scheduled' && <p>{t('chart.empty_opens', { time: formatInstant(lot.state.opens_at, info.tender.time_zone, 'time-second') })}</p>}
        </Empty>
      ) : (
        <div className={fresh ? '' : css['stale']}>
          <Suspense fallback={<Loading lines={8} />}>
            <BidChart scene={scene} />
          </Suspense>
        </div>
      )}
      {!isEmpty && <BidTable info={info} lot={lot} />}
    </Panel>
  );
}

/** What is shown of time: by button, or where somebody came to look from the log. */
function useZoom(look: ChartPanelProps['look'], lived: Lived) {
  const [zoom, setZoom] = useState<Zoom>(() => (look === null ? 'so_far' : lookedAt(look.atMs, lived)));
  const [seen, setSeen] = useState(look);
  if (look !== seen) {
    // A new choice in the log moves the chart once; after that the buttons have it.
    setSeen(look);
    if (look !== null) setZoom(lookedAt(look.atMs, lived));
  }
  return { zoom, setZoom, lookedAtMs: typeof zoom === 'string' ? null : (look?.atMs ?? null) };
}

function livedOf({ state }: WatchedLot, data: ChartScene['data'], now: number): Lived {
  const end = Math.max(toMs(state.closes_at), ...data.best.map((point) => point[0]));
  return { opens: toMs(state.opens_at), present: Math.min(now, end), end };
}

/** Published and recorded figures, for one unit; the reserve is nobody's before the prices are opened (d03). */
function linesOf(lot: WatchedLot, budget: Budget | undefined): ReferenceLine[] {
  return [
    { name: 'ceiling', amount: lot.lot.ceiling_price },
    ...(lot.baseline_price === null ? [] : [{ name: 'baseline' as const, amount: rescale(lot.baseline_price, lot.lot.scale) }]),
    ...(budget === undefined ? [] : [{ name: 'budget' as const, amount: unitOf(lot, budget.amount) }]),
  ];
}

/** By another basis than the price the one in front need not be the cheapest: the line says which of both it is. */
function bestKey(info: CockpitInfo, lot: WatchedLot): 'chart.best_line' | 'chart.lowest_line' | 'chart.leading_line' {
  if ((info.rules.basis ?? 'price') === 'price' || !hasFigures(lot.state)) return 'chart.best_line';
  return lot.state.best_line.length > 0 ? 'chart.leading_line' : 'chart.lowest_line';
}

function Explained({ lot, isByRule }: { lot: WatchedLot; isByRule: boolean }) {
  const { t } = useWords('cockpit');
  if (!hasFigures(lot.state)) return null;
  const { view, series, best_line: line } = lot.state;
  if (view === 'none') return <p className={css['why']}>{t('chart.hidden')}</p>;
  if (view === 'best_only' && isByRule) return <p className={css['why']}>{t('chart.best_only')}</p>;
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
