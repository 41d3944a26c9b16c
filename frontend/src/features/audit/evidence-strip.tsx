// Amounts of a lead as points on one line: how close they lie, and how far the lowest stands from the rest. The table below it has every figure.

import { useWords } from '@/i18n/use-words';

import signal from './signals.module.css';

const WIDTH = 640;
const EDGE = 16;

export function EvidenceStrip({ columns, rows }: { columns: readonly string[]; rows: readonly (readonly string[])[] }) {
  const { t } = useWords('signals');
  const at = columns.indexOf('amount');
  // Steps are a course, not a standing: their table says more.
  if (at < 0 || columns.includes('step') || rows.length < 2) return null;
  const amounts = rows.map((row) => ({ name: row[0] ?? '', value: Number(row[at]) }));
  const low = Math.min(...amounts.map((one) => one.value));
  const high = Math.max(...amounts.map((one) => one.value));
  const place = (value: number) => EDGE + ((value - low) / (high - low || 1)) * (WIDTH - 2 * EDGE);
  return (
    <svg className={signal['strip']} viewBox={`0 0 ${WIDTH} 44`} role="img" aria-label={t('detail.chart')}>
      <line x1={EDGE} x2={WIDTH - EDGE} y1="22" y2="22" />
      {amounts.map((one) => (
        <circle key={one.name} cx={place(one.value)} cy="22" r="7">
          <title>{`${one.name} ${String(one.value)}`}</title>
        </circle>
      ))}
    </svg>
  );
}
