// Savings to date, one figure a currency, with what it stands on (PL-01, PL-14).
import { useSignedIn } from '@/api/session';
import { useWords } from '@/i18n/use-words';
import { Money } from '@/ui/money';

import { useSavings } from './api';
import css from './portfolio.module.css';

export function SavingsStrip() {
  const { t } = useWords('tenders');
  const { roles } = useSignedIn();
  const savings = useSavings(roles.some((role) => role === 'purchaser' || role === 'approver' || role === 'auditor'));
  // A missing figure is no reason to hold up the list.
  if (savings.data === undefined || savings.data.totals.length === 0) return null;
  const { totals, tenders, by_certainty } = savings.data;
  return (
    <section className={css['savings']} aria-label={t('savings.title')}>
      {totals.map((total) => (
        <div key={total.currency}>
          <p className={css['label']}>{t('savings.title')}</p>
          <p className={[css['figure'], total.money.startsWith('-') ? '' : css['good']].join(' ')}>
            <Money amount={total.money} currency={total.currency} />
            {total.percent !== null && <small> {total.percent.replace('-', '−')} %</small>}
          </p>
          <p className={css['note']}>
            {t('savings.note', { count: tenders.filter((tender) => tender.total.currency === total.currency).length })}
            {by_certainty
              .filter((one) => one.currency === total.currency && one.certainty !== 'claimed')
              .map((one) => (
                <span key={one.certainty}>
                  {' · '}
                  {t(`savings.${one.certainty as 'contracted' | 'realised'}`)} <Money amount={one.money} currency={one.currency} />
                </span>
              ))}
            {total.lots_without_baseline > 0 && ` · ${t('savings.without', { count: total.lots_without_baseline })}`}
          </p>
        </div>
      ))}
    </section>
  );
}
