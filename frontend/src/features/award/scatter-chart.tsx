// Price against technical points: offers by label, Pareto line, threshold, lines of equal total at the official weights.
import { useMemo } from 'react';

import { useWords, type Translate } from '@/i18n/use-words';

import { BRAND, ChartFrame, COLOURS, INK, INK_3, LINE } from './chart-frame';
import type { LotRanking, LotSensitivity } from './queries';

interface ScatterChartProps {
  lot: LotRanking;
  told: LotSensitivity;
  threshold: string | null;
}

export default function ScatterChart({ lot, told, threshold }: ScatterChartProps) {
  const { t } = useWords('decision-room');
  const option = useMemo(() => scatterOption({ lot, told, threshold }, t), [lot, told, threshold, t]);
  return <ChartFrame option={option} described={t('scatter.described')} />;
}

// What is drawn are places on paper, not prices: figures come from the server as texts and stay texts in the table.
const at = (price: string, points: string | null) => [Number(price), Number(points ?? 0)];

function scatterOption({ lot, told, threshold }: ScatterChartProps, t: Translate<'decision-room'>) {
  const rows = lot.rows;
  const prices = rows.map((row) => Number(row.amount));
  const heights = [...rows.map((row) => Number(row.technical_points ?? 0)), ...(threshold === null ? [] : [Number(threshold)])];
  const [left, right, low, high] = [Math.min(...prices), Math.max(...prices), Math.min(...heights), Math.max(...heights)];
  const air = Math.max((right - left) * 0.06, right * 0.002);
  const line = rows.filter((row) => told.pareto.includes(row.label)).sort((one, other) => Number(one.amount) - Number(other.amount));
  return {
    grid: { left: 16, right: 24, top: 20, bottom: 30, containLabel: true },
    tooltip: { trigger: 'item', renderMode: 'richText', formatter: (hit: { seriesName?: string; name?: string }) => hit.name || hit.seriesName || '' },
    xAxis: { type: 'value', name: t('scatter.price'), nameLocation: 'middle', nameGap: 28, min: left - air, max: right + air, axisLabel: { color: INK_3, hideOverlap: true, formatter: (value: number) => value.toFixed(lot.scale) }, splitLine: { lineStyle: { color: LINE } } },
    yAxis: { type: 'value', min: Math.max(0, Math.floor(low - 3)), max: Math.min(100, Math.ceil(high + 3)), axisLabel: { color: INK_3 }, splitLine: { lineStyle: { color: LINE } } },
    series: [
      {
        type: 'line', name: t('scatter.pareto'), data: line.map((row) => at(row.amount, row.technical_points)), symbol: 'none', silent: true,
        lineStyle: { color: BRAND, width: 2.5 },
        ...(threshold === null ? {} : { markLine: { silent: true, symbol: 'none', data: [{ yAxis: Number(threshold), lineStyle: { color: '#c98a1b', type: 'dotted', width: 2 }, label: { formatter: t('scatter.threshold', { points: threshold }), position: 'insideEndTop', color: '#7d4c00' } }] } }),
      },
      ...told.iso.map((iso, place) => ({
        type: 'line', name: t('scatter.iso', { label: iso.label, total: iso.total }), data: iso.prices.map((price, index) => at(price, iso.points[index] ?? null)), symbol: 'none', clip: true,
        lineStyle: { color: COLOURS[place], width: 1.5, type: 'dashed' }, itemStyle: { color: COLOURS[place] },
      })),
      {
        type: 'scatter', symbolSize: 13, z: 5,
        data: rows.map((row) => ({
          name: `${row.label} · ${row.amount} · ${row.technical_points ?? ''}`, value: at(row.amount, row.technical_points),
          symbol: row.is_shortlisted ? 'circle' : 'emptyCircle', itemStyle: { color: row.is_shortlisted ? BRAND : INK },
          label: { show: true, formatter: row.label, position: 'top', color: INK, fontWeight: row.is_shortlisted ? 700 : 500 },
        })),
        labelLayout: { moveOverlap: 'shiftY' },
      },
    ],
  };
}
