// The own amounts over the server's time as a step line: small, drawn here, no chart package (SCREENS.md 2.2.1).
import { useEffect, useRef, useState } from 'react';

import { formatInstant, toMs } from '@/domain/instant';
import { scaleOf, toUnits, type Amount } from '@/domain/money';
import { useWords } from '@/i18n/use-words';

import { moneyText, type LotView } from './lot-view';
import css from './own-chart.module.css';
import type { RoundInfo } from './room-data';

interface OwnChartProps {
  steps: readonly { atMs: number; amount: Amount }[];
  lot: LotView;
  info: RoundInfo;
}

const HEIGHT = 168;
const PAD = { left: 8, right: 92, top: 16, bottom: 26 };

export function OwnChart({ steps, lot, info }: OwnChartProps) {
  const { t } = useWords('live-rounds');
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const last = steps.at(-1);
  if (last === undefined) return null;
  return (
    <div ref={frame} className={css['chart']}>
      <svg width={width} height={HEIGHT} role="img" aria-label={t('own.chart')}>
        <Line steps={steps} last={last} lot={lot} info={info} width={width} />
      </svg>
    </div>
  );
}

/** Drawn at the width it has, so that its words keep their size on a phone. */
function useWidth(frame: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(Math.max(240, element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);
  return width;
}

type Step = OwnChartProps['steps'][number];

function Line({ steps, last, lot, info, width }: OwnChartProps & { last: Step; width: number }) {
  const zone = info.tender.time_zone;
  const [from, to] = [toMs(lot.state.opens_at), Math.max(toMs(lot.state.closes_at), last.atMs)];
  const heights = scaleOfAmounts(steps.map((step) => step.amount));
  const x = (atMs: number) => PAD.left + ((Math.max(atMs, from) - from) / Math.max(1, to - from)) * (width - PAD.left - PAD.right);
  const y = (amount: Amount) => PAD.top + heights(amount) * (HEIGHT - PAD.top - PAD.bottom);
  const points = steps.map((step) => ({ ...step, x: x(step.atMs), y: y(step.amount) }));
  const path = points.map((point, place) => (place === 0 ? `M${point.x},${point.y}` : `H${point.x}V${point.y}`)).join('');
  const end = points.at(-1) ?? { x: 0, y: 0 };
  return (
    <>
      <line x1={PAD.left} x2={width - PAD.right} y1={HEIGHT - PAD.bottom} y2={HEIGHT - PAD.bottom} className={css['axis']} />
      <path d={path} className={css['line']} />
      {points.map((point) => (
        <circle key={`${point.atMs}-${point.amount}`} cx={point.x} cy={point.y} r="3.5" className={css['dot']} />
      ))}
      <text x={end.x + 9} y={end.y + 4} className={css['value']}>
        {moneyText(last.amount, info.tender.currency)}
      </text>
      <text x={PAD.left} y={HEIGHT - 6} className={css['tick']}>
        {formatInstant(from, zone, 'time')}
      </text>
      <text x={width - PAD.right} y={HEIGHT - 6} textAnchor="end" className={css['tick']}>
        {formatInstant(to, zone, 'time')}
      </text>
    </>
  );
}

/** 0 for the highest amount, 1 for the lowest. Positions only: no price is computed on these floats. */
function scaleOfAmounts(amounts: readonly Amount[]): (amount: Amount) => number {
  const scale = Math.max(...amounts.map(scaleOf));
  const units = amounts.map((amount) => toUnits(amount, scale));
  const highest = units.reduce((a, b) => (a > b ? a : b));
  const lowest = units.reduce((a, b) => (a < b ? a : b));
  const span = highest - lowest;
  return (amount) => (span === 0n ? 0.5 : Number(((highest - toUnits(amount, scale)) * 10_000n) / span) / 10_000);
}
