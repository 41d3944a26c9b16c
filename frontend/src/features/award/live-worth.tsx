// What the terms are worth while they are typed: the server's own rule in the browser (domain/present-value.ts), to the cent.

import { presentValue } from '@/domain/present-value';
import { subtract } from '@/domain/money';
import { useWords } from '@/i18n/use-words';
import { Money } from '@/ui/money';

import type { Issues } from './contract-queries';
import css from './contract.module.css';

export interface Pricing {
  total: string;
  rate: string;
  currency: string;
  digits: number;
  /** The terms on the table: the difference is against these. */
  against: Issues;
}

export function LiveWorth({ issues, pricing }: { issues: Issues | null; pricing: Pricing }) {
  const { t } = useWords('contract');
  const { total, rate, currency, digits, against } = pricing;
  const worth = issues && presentValue(total, issues, rate, digits);
  const change = worth && subtract(worth.value, presentValue(total, against, rate, digits).value);
  const isMore = change !== null && /[1-9]/.test(change) && !change.startsWith('-');
  const isLess = change?.startsWith('-') ?? false;
  return (
    <div className={css['worth']} role="status" aria-label={t('worth')}>
      <p className="spread">
        <strong>{t('worth')}</strong>
        {worth ? <Money amount={worth.value} currency={currency} /> : <span className="muted">{t('worth_not_yet')}</span>}
      </p>
      {worth && (
        <>
          <p className="small">
            {change !== null && (isMore || isLess) ? (
              <>
                {t(isMore ? 'worth_more' : 'worth_less')} <Money amount={change.replace('-', '')} currency={currency} />
              </>
            ) : (
              t('worth_same')
            )}
          </p>
          <ul className="small muted">
            {worth.parts.map((part) => (
              <li key={part.kind} className="spread">
                <span>{t(`parts.${part.kind}`, { day: part.day })}</span>
                <Money amount={part.amount} currency={currency} />
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
