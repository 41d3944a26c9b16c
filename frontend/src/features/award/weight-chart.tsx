// Rank lines over the price weight, with the official weight marked and the one that is tried.
import { useMemo } from 'react';

import { useWords } from '@/i18n/use-words';

import { BRAND, ChartFrame, COLOURS, INK, INK_3, LINE } from './chart-frame';
import type { LotSensitivity } from './queries';

// More ranks than that are not written out one by one.
const MOST_TICKS = 14;
const DASHES = ['solid', 'dashed', 'dotted'] as const;

interface WeightChartProps {
  lines: LotSensitivity['lines'];
  official: number;
  tried: number;
}

export default function WeightChart({ lines, official, tried }: WeightChartProps) {
  const { t } = useWords('decision-room');
  const option = useMemo(
    () => ({
      grid: { left: 12, right: 48, top: 28, bottom: 28, containLabel: true },
      tooltip: { trigger: 'axis', renderMode: 'richText' },
      xAxis: { type: 'value', min: 0, max: 100, name: t('sensitivity.axis'), nameLocation: 'middle', nameGap: 26, axisLabel: { color: INK_3 }, splitLine: { show: false } },
      yAxis: { type: 'value', inverse: true, min: 1, max: Math.max(2, lines.length), interval: lines.length > MOST_TICKS ? undefined : 1, minInterval: 1, axisLabel: { color: INK_3 }, splitLine: { lineStyle: { color: LINE } } },
      series: lines.map((line, place) => ({
        type: 'line',
        name: line.label,
        step: 'middle',
        symbol: 'none',
        data: line.ranks.map((rank, weight) => [weight, rank]),
        lineStyle: { color: COLOURS[place % COLOURS.length], width: 2, type: DASHES[Math.floor(place / 4) % DASHES.length] },
        itemStyle: { color: COLOURS[place % COLOURS.length] },
        endLabel: { show: true, formatter: line.label, color: COLOURS[place % COLOURS.length], fontWeight: 600 },
        emphasis: { focus: 'series' },
        ...(place === 0 ? { markLine: marks(official, tried, t('sensitivity.official_mark')) } : {}),
      })),
    }),
    [lines, official, tried, t],
  );
  return <ChartFrame option={option} described={t('sensitivity.lines_described')} />;
}

function marks(official: number, tried: number, word: string) {
  // The axis of ranks runs downwards: its start is above.
  const mark = (at: number, text: string, place: { colour: string | undefined; type: 'solid' | 'dashed'; position: 'start' | 'insideEnd' }) => ({
    xAxis: at,
    lineStyle: { color: place.colour, type: place.type, width: 1.5 },
    label: { formatter: text, position: place.position, rotate: 0, backgroundColor: '#ffffff', padding: [1, 3], color: place.colour, fontSize: 12 },
  });
  return { silent: true, symbol: 'none', data: [mark(official, word, { colour: BRAND, type: 'solid', position: 'start' }), ...(tried === Math.round(official) ? [] : [mark(tried, `${String(tried)} %`, { colour: INK, type: 'dashed', position: 'insideEnd' })])] };
}
