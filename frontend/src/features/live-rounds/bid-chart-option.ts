// What echarts is told. Lines differ by colour, dash and mark, and are named at their end, so that colour is never alone.
import type { EChartsCoreOption } from 'echarts/core';

import { formatInstant, toMs } from '@/domain/instant';
import { rescale, type Amount } from '@/domain/money';
import type { Translate } from '@/i18n/use-words';

import { runOn, type ChartData, type Point } from './bid-chart-data';
import type { ExtensionMark, PauseSpan } from './cockpit-data';
import { moneyText, percentOf } from './lot-view';

export interface ChartScene {
  /** What the bold line is: the best price, or what comes nearest to it under another basis. */
  bestName: string;
  data: ChartData;
  /** Published or recorded amounts to read the bids against. */
  lines: readonly ReferenceLine[];
  /** Messages to all, each a pin that tells its text. */
  pins: readonly { atMs: number; text: string }[];
  /** The instant somebody came to look at, from the log. */
  lookedAtMs: number | null;
  extensions: readonly ExtensionMark[];
  pauses: readonly PauseSpan[];
  currency: string;
  zone: string;
  scale: number;
  range: ChartRange;
  nowMs: number;
}

export interface ReferenceLine {
  name: 'ceiling' | 'baseline' | 'budget';
  amount: Amount;
}

/** What part of time and price is shown; kept as it is while somebody points at the chart. */
export interface ChartRange {
  fromMs: number;
  toMs: number;
  low: number | null;
  high: number | null;
  withLines: boolean;
}

// Okabe and Ito's palette, darkened to 3:1 on white; told apart with every common kind of colour blindness.
const COLOURS = ['#0072b2', '#b8501b', '#007a5a', '#a3437f', '#8a6d00', '#2f8ac4', '#5b4a9c', '#7a5230', '#4c6a00', '#9c2f4e'];
const DASHES = ['solid', 'dashed', 'dotted'] as const;
const MARKS = ['circle', 'rect', 'triangle', 'diamond', 'pin'] as const;
const [INK, INK_3, LINE, BRAND] = ['#15252b', '#56666d', '#dce2de', '#0b5a5c'];

// A mark's name takes about this part of the width.
const LABEL_SHARE = 0.12;
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
    yAxis: { type: 'value', scale: true, min: range.low ?? undefined, max: range.high ?? undefined, axisLabel: { color: INK_3, formatter: (value: number) => axisText(value, scene) }, splitLine: { lineStyle: { color: LINE } } },
    series: [
      ...scene.data.lines.map((line, place) => bidderSeries(line.alias, runOn(line.points, until), place, t)),
      bestSeries(scene, until, t),
      pinSeries(scene, t),
    ],
  };
}

function tip(hit: { data?: Point; seriesName?: string }, scene: ChartScene): string {
  if (hit.data === undefined) return '';
  const [at, , amount, change] = hit.data;
  const time = formatInstant(at, scene.zone, 'time-second');
  const pin = scene.pins.find((one) => one.atMs === at && amount === '');
  if (pin !== undefined) return `${hit.seriesName ?? ''} · ${time}\n${pin.text}`;
  return `${hit.seriesName ?? ''}\n${moneyText(amount, scene.currency)}${change === null ? '' : ` (${percentOf(change)})`} · ${time}`;
}

function axisText(value: number, scene: ChartScene): string {
  // A tick of the axis, not a price of anybody.
  return moneyText(rescale(value.toFixed(scene.scale), scene.scale), scene.currency);
}

/** The lines in view, or the bids alone with a little air. */
export function heightsOf(data: ChartData, fromMs: number, lines: readonly ReferenceLine[]): Pick<ChartRange, 'low' | 'high'> {
  const shown = [...data.lines.flatMap((line) => line.points), ...data.best].filter((point) => point[0] >= fromMs - 1);
  const heights = [...shown.map((point) => point[1]), ...lines.map((line) => Number(line.amount))];
  if (heights.length === 0) return { low: null, high: null };
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  const air = Math.max((high - low) * 0.08, high * 0.002);
  return { low: low - air, high: high + air };
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
    markLine: { silent: true, symbol: 'none', data: [...priceLines(scene, t), ...extensionLines(scene), ...lookedAt(scene)] },
    markArea: { silent: true, itemStyle: { color: 'rgba(242, 179, 64, 0.22)' }, data: pauseAreas(scene, t) },
  };
}

const LINE_LOOKS = { ceiling: { color: INK_3, type: 'solid' }, baseline: { color: BRAND, type: 'dashed' }, budget: { color: '#5b4a9c', type: 'dotted' } } as const;

function priceLines(scene: ChartScene, t: Translate<'cockpit'>) {
  if (!scene.range.withLines) return [];
  return scene.lines.map(({ name, amount }, place) => ({
    yAxis: Number(amount),
    lineStyle: { ...LINE_LOOKS[name], width: 1.5 },
    // Two lines at nearly one height: their names stand apart.
    label: { formatter: `${t(`chart.${name}`)} ${moneyText(amount, scene.currency)}`, position: place % 2 === 0 ? 'insideStartTop' : 'insideMiddleTop', color: LINE_LOOKS[name].color, fontSize: 12 },
  }));
}

/** Where somebody came to look from the log. */
function lookedAt({ lookedAtMs }: ChartScene) {
  if (lookedAtMs === null) return [];
  return [{ xAxis: lookedAtMs, lineStyle: { color: INK, type: 'solid', width: 1 }, label: { show: false } }];
}

function pinSeries(scene: ChartScene, t: Translate<'cockpit'>) {
  const height = scene.range.high ?? scene.data.best[0]?.[1] ?? 0;
  return {
    type: 'line',
    name: t('chart.pin'),
    data: scene.pins.filter((pin) => pin.atMs >= scene.range.fromMs).map((pin): Point => [pin.atMs, height, '', null]),
    symbol: 'pin',
    symbolSize: 20,
    symbolOffset: [0, 8],
    lineStyle: { opacity: 0 },
    itemStyle: { color: BRAND },
    z: 6,
  };
}

/** Which of several marks are named: those far enough from the one named before. */
export function named(atMs: readonly number[], { fromMs, toMs: untilMs }: Pick<ChartRange, 'fromMs' | 'toMs'>): readonly boolean[] {
  let last = -Infinity;
  return atMs.map((at) => {
    const isFar = at - last >= (untilMs - fromMs) * LABEL_SHARE;
    if (isFar) last = at;
    return isFar;
  });
}

function extensionLines(scene: ChartScene) {
  const shown = named(scene.extensions.map((mark) => toMs(mark.at)), scene.range);
  return scene.extensions.map((mark, place) => ({
    xAxis: toMs(mark.at),
    lineStyle: { color: '#c98a1b', type: 'dotted', width: 1.5 },
    label: { show: shown[place], formatter: `+ ${formatInstant(mark.after, scene.zone, 'time')}`, color: '#7d4c00', fontSize: 11, position: 'end' },
  }));
}

function pauseAreas(scene: ChartScene, t: Translate<'cockpit'>) {
  const shown = named(scene.pauses.map((span) => toMs(span.since)), scene.range);
  return scene.pauses.map((span, place) => [
    { xAxis: toMs(span.since), name: t('chart.paused'), label: { show: shown[place], color: '#7d4c00', fontSize: 11, position: 'insideTop' } },
    { xAxis: span.until === null ? scene.nowMs : toMs(span.until) },
  ]);
}
