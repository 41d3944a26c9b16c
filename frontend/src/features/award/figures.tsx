// Figures of an award: a saving, the sum of savings, the distance to the best as words beside a bar.

import { isAmount } from '@/domain/money';
import { useWords } from '@/i18n/use-words';
import { Money } from '@/ui/money';
import page from '@/ui/working-page.module.css';

import css from './award.module.css';
import type { Distance } from './choosing';
import type { Saving } from './queries';

/** "4.91 %", "−0.50 %": the minus is a minus, not a hyphen. */
export function percentText(percent: string): string {
  return `${percent.replace('-', '−')} %`;
}

export function SavingFigure({ saving, currency }: { saving: Saving | null; currency: string }) {
  const { t } = useWords('award');
  if (saving === null) return <span className="muted">{t('common:table.none')}</span>;
  if (saving.is_baseline_missing) return <span className="muted small">{t('savings.no_baseline')}</span>;
  return (
    <span className={css['figure']}>
      <Money amount={saving.money} currency={currency} />
      {saving.percent !== null && <span className="muted small num">{percentText(saving.percent)}</span>}
    </span>
  );
}

/** The bar repeats the words beside it: the table is the twin of the picture. */
export function DistanceFigure({ distance, currency }: { distance: Distance; currency: string }) {
  const { t } = useWords('award');
  const isBest = !isAmount(distance.money) || /^0(\.0+)?$/.test(distance.money);
  return (
    <span className={css['distance']}>
      <progress max={100} value={distance.share} aria-hidden="true" className={page['bar']} />
      {isBest ? (
        <span className="small">{t('ranking.best')}</span>
      ) : (
        <span className="small num">
          +<Money amount={distance.money} currency={currency} />
          {distance.percent !== null && <span className="muted"> +{percentText(distance.percent)}</span>}
        </span>
      )}
    </span>
  );
}

interface TotalProps {
  money: string;
  percent: string | null;
  lots: number;
  withoutBaseline: number;
  currency: string;
}

export function SavingsTotalFigure({ money, percent, lots, withoutBaseline, currency }: TotalProps) {
  const { t } = useWords('award');
  return (
    <div className={css['total']}>
      <p className="muted small">{t('savings.claimed')}</p>
      <p className={css['totalMoney']}>
        <Money amount={money} currency={currency} />
        {percent !== null && <span className={css['totalPercent']}>{percentText(percent)}</span>}
      </p>
      {money.startsWith('-') && <p className="small">{t('savings.above')}</p>}
      <p className="muted small">
        {t('savings.against', { count: lots })}
        {withoutBaseline > 0 && ` · ${t('savings.without', { count: withoutBaseline })}`}
      </p>
    </div>
  );
}
