// Some figures as bars; the table below is the twin of the picture.

import { useWords } from '@/i18n/use-words';

import css from './payments.module.css';
import type { Group } from './queries';

interface Bar {
  key: string;
  name: string;
  size: number;
}

export function Bars({ label, bars }: { label: string; bars: readonly Bar[] }) {
  const largest = Math.max(...bars.map((bar) => bar.size), 0);
  if (bars.length < 2 || largest <= 0) return null;
  return (
    <div role="img" aria-label={label} className={css['bars']}>
      {bars.map((bar) => (
        <div key={bar.key} className={css['bar']}>
          <span className="small">{bar.name}</span>
          <svg className={css['track']} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
            <rect width={(100 * bar.size) / largest} height="10" />
          </svg>
        </div>
      ))}
    </div>
  );
}

/** Claimed savings; of one currency, and from two groups on. */
export function SavingsBars({ groups, nameOf }: { groups: readonly Group[]; nameOf: (group: Group) => string }) {
  const { t } = useWords('payments');
  const found = groups.flatMap((group) => group.savings.filter((one) => one.certainty === 'claimed').map((one) => ({ group, ...one })));
  if (new Set(found.map((one) => one.currency)).size > 1) return null;
  return <Bars label={t('year.bars')} bars={found.map((one) => ({ key: one.group.key, name: nameOf(one.group), size: Math.max(0, Number(one.money)) }))} />;
}
