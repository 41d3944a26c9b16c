// What echarts is told. Lines differ by colour, dash and mark, and are named at their end, so that colour is never alone.
import type { EChartsCoreOption } from 'echarts/core';

import { formatInstant, toMs } from '@/domain/instant';
import { rescale, type Amount } from '@/domain/money';
import type { Translate } from '@/i18n/use-words';

import { runOn, type ChartData, type Point } from './bid-chart-data';
import type { ExtensionMark, PauseSpan } from './cockpit-data';
import { moneyText } from './lot-view';

export interface ChartScene {
  /** What the bold line is: the best price, or what comes nearest to it under another basis. */
  bestName: string;
  data: ChartData;
  baseline: Amount | null;
  ceiling: Amount;
  extensions: readonly ExtensionMark[];
  pauses: readonly PauseSpan[];
  currency: string;
  zone: string;
  scale: number;
  range: { fromMs: number; toMs: number; withLines: boolean };
  nowMs: number;
}

// Okabe and Ito's palette, darkened to 3:1 on white; told apart with every common kind of colour blindness.
const COLOURS = ['#0072b2', '#b8501b', '#007a5a', '#a3437f', '#8a6d00', '#2f8ac4', '#5b4a9c', '#7a5230', '#4c6a00', '#9c2f4e'];
const DASHES = ['solid', 'dashed', 'dotted'] as const;
const MARKS = ['circle', 'rect', 'triangle', 'diamond', 'pin'] as const;
const [INK, INK_3, LINE, BRAND] = ['#15252b', '#56666d', '#dce2de', '#0b5a5c'];

// Below this two marks of the time axis would read the same minute.
const SECONDS_BELOW_MS = 10 * 60_000;

export function chartOption(scene: ChartScene, t: Translate<'cockpit'>): EChartsCoreOption {
  const { range, zone } = scene;
  const until = Math.min(scene.nowMs, range.toMs);
  return {
    animation: false,
    aria: { enabled: true, label: { description: t('chart.described') } },
    grid: { left: 12, right: 92, top: 24, bottom: 8, containLabel: true },
    tooltip: { trigger: 'item', renderMode: 'richText', formatter: (hit: { data?: Point; seriesName?: string }) => tip(hit, scene) },
    xAxis: {
      type: 'time',
      min: range.fromMs,
      max: range.toMs,
      axisLabel: { color: INK_3, hideOverlap: true, formatter: (at: number) => formatInstant(at, zone, range.toMs - range.fromMs < SECONDS_BELOW_MS ? 'time-second' : 'time') },
      axisLine: { lineStyle: { color: LINE } },
      splitLine: { show: false },
    },
    yAxis: { type: 'value', scale: true, ...extent(scene), axisLabel: { color: INK_3, formatter: (value: number) => axisText(value, scene) }, splitLine: { lineStyle: { color: LINE } } },
    series: [
      ...scene.data.lines.map((line, place) => bidderSeries(line.alias, runOn(line.points, until), place, t)),
      bestSeries(scene, until, t),
    ],
  };
}

function tip(hit: { data?: Point; seriesName?: string }, scene: ChartScene): string {
  if (hit.data === undefined) return '';
  const [at, , amount] = hit.data;
  return `${hit.seriesName ?? ''}\n${moneyText(amount, scene.currency)} · ${formatInstant(at, scene.zone, 'time-second')}`;
}

function axisText(value: number, scene: ChartScene): string {
  // A tick of the axis, not a price of anybody.
  return moneyText(rescale(value.toFixed(scene.scale), scene.scale), scene.currency);
}

/** Baseline and ceiling in view, or the bids alone with a little air. */
function extent(scene: ChartScene): { min?: number; max?: number } {
  const shown = [...scene.data.lines.flatMap((line) => line.points), ...scene.data.best].filter((point) => point[0] >= scene.range.fromMs - 1);
  const heights = shown.map((point) => point[1]);
  if (scene.range.withLines) {
    heights.push(Number(scene.ceiling));
    if (scene.baseline !== null) heights.push(Number(scene.baseline));
  }
  if (heights.length === 0) return {};
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  const air = Math.max((high - low) * 0.08, high * 0.002);
  return { min: low - air, max: high + air };
}

const MOST_MARKS = 60;

function bidderSeries(alias: string, data: readonly Point[], place: number, t: Translate<'cockpit'>) {
  const colour = COLOURS[place % COLOURS.length] ?? INK;
  return {
    type: 'line',
    step: 'end',
    name: t('chart.bidder', { alias }),
    data,
    symbol: MARKS[place % MARKS.length],
    symbolSize: 6,
    // Marks that touch each other tell nothing, and each is an element of the page.
    showSymbol: data.length <= MOST_MARKS,
    lineStyle: { color: colour, width: 1.5, type: DASHES[Math.floor(place / 3) % DASHES.length] },
    itemStyle: { color: colour },
    endLabel: { show: true, formatter: alias, color: colour, fontWeight: 600, distance: 6 },
    labelLayout: { moveOverlap: 'shiftY' },
    emphasis: { focus: 'series' },
  };
}

function bestSeries(scene: ChartScene, until: number, t: Translate<'cockpit'>) {
  const last = scene.data.best.at(-1);
  return {
    type: 'line',
    step: 'end',
    name: scene.bestName,
    data: runOn(scene.data.best, until),
    symbol: 'none',
    z: 5,
    lineStyle: { color: INK, width: 3 },
    itemStyle: { color: INK },
    endLabel: {
      show: last !== undefined,
      formatter: last === undefined ? '' : moneyText(last[2], scene.currency),
      color: INK,
      fontWeight: 700,
      distance: 22,
    },
    markLine: { silent: true, symbol: 'none', data: [...priceLines(scene, t), ...extensionLines(scene)] },
    markArea: { silent: true, itemStyle: { color: 'rgba(242, 179, 64, 0.22)' }, data: pauseAreas(scene, t) },
  };
}

function priceLines(scene: ChartScene, t: Translate<'cockpit'>) {
  if (!scene.range.withLines) return [];
  const line = (amount: Amount, name: string, colour: string, type: 'dashed' | 'solid') => ({
    yAxis: Number(amount),
    lineStyle: { color: colour, type, width: 1.5 },
    label: { formatter: `${name} ${moneyText(amount, scene.currency)}`, position: 'insideStartTop', color: colour, fontSize: 12 },
  });
  return [
    line(scene.ceiling, t('chart.ceiling'), INK_3, 'solid'),
    ...(scene.baseline === null ? [] : [line(scene.baseline, t('chart.baseline'), BRAND, 'dashed')]),
  ];
}

function extensionLines(scene: ChartScene) {
  return scene.extensions.map((mark) => ({
    xAxis: toMs(mark.at),
    lineStyle: { color: '#c98a1b', type: 'dotted', width: 1.5 },
    label: { formatter: `+ ${formatInstant(mark.after, scene.zone, 'time')}`, color: '#7d4c00', fontSize: 11, position: 'end' },
  }));
}

function pauseAreas(scene: ChartScene, t: Translate<'cockpit'>) {
  return scene.pauses.map((span) => [
    { xAxis: toMs(span.since), name: t('chart.paused'), label: { color: '#7d4c00', fontSize: 11 } },
    { xAxis: span.until === null ? scene.nowMs : toMs(span.until) },
  ]);
}
