// An amount with its currency, unit and tax basis (SCREENS.md 1.4). The string is shown as it came, only grouped.

import { currencySign, group, isAmount } from '@/domain/money';
import { unitText } from '@/domain/units';
import { useWords } from '@/i18n/use-words';

export type TaxBasis = 'excluded' | 'included';

interface MoneyProps {
  amount: string | null | undefined;
  currency: string;
  /** 台, pcs: the price is per unit. */
  unit?: string | null;
  tax?: TaxBasis;
}

export function Money({ amount, currency, unit, tax }: MoneyProps) {
  const { t, lang } = useWords();
  if (amount === null || amount === undefined || !isAmount(amount)) return <span className="muted">{t('table.none')}</span>;
  const sign = amount.startsWith('-') ? '−' : '';
  return (
    <span className="num">
      {sign}
      {currencySign(currency)}
      {group(amount.replace('-', ''))}
      {unit && ` / ${unitText(lang, unit)}`}
      {tax && <span className="muted small"> {t(tax === 'included' ? 'words:tax_included' : 'words:tax_excluded')}</span>}
    </span>
  );
}
