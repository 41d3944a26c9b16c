// Claimed savings of some groups as bars; the table below is the twin of the picture. Of one currency, and from two groups on.

import { useWords } from '@/i18n/use-words';

import css from './payments.module.css';
import type { Group } from './queries';

export function SavingsBars({ groups, nameOf }: { groups: readonly Group[]; nameOf: (group: Group) => string }) {
  const { t } = useWords('payments');
  const bars = groups.flatMap((group) =>
    group.savings.filter((one) => one.certainty === 'claimed').map((one) => ({ key: `${group.key} ${one.currency}`, name: nameOf(group), currency: one.currency, size: Math.max(0, Number(one.money)) })),
  );
  const largest = Math.max(...bars.map((bar) => bar.size), 0);
  if (bars.length < 2 || largest === 0 || new Set(bars.map((bar) => bar.currency)).size > 1) return null;
  return (
    <div role="img" aria-label={t('year.bars')} className={css['bars']}>
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
