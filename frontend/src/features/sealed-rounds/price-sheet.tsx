// The price of a lot: one amount, or a price a line with totals where the lot is bought as a whole. Tax basis, unit, decimals,
// ceiling and minimum price stand where one types; the amount is said in words.
import { amountInWords } from '@/domain/amount-words';
import { currencySign, group, isAmount, type Amount } from '@/domain/money';
import { quantityText } from '@/domain/units';
import { useWords } from '@/i18n/use-words';
import { MoneyInput } from '@/ui/money-input';

import { amountOf, isPricedByLines, lineTotal, worthOf, type OfferDraft, type OfferFault } from './offer';
import type { OfferDesk } from './offer-desk';
import type { SealedLot } from './queries';
import css from './sealed.module.css';

interface PriceSheetProps {
  lot: SealedLot;
  offer: OfferDraft;
  desk: OfferDesk;
  errorOf: (field: string) => OfferFault | null;
}

export function money(amount: Amount, currency: string): string {
  return `${currencySign(currency)}${group(amount)}`;
}

export function taxKey(lot: SealedLot): 'words:tax_included' | 'words:tax_excluded' {
  return lot.tax_basis === 'included' ? 'words:tax_included' : 'words:tax_excluded';
}

export function PriceSheet(props: PriceSheetProps) {
  const { lot, offer, errorOf } = props;
  const { t, lang } = useWords('sealed-rounds');
  const amount = amountOf(lot, offer);
  return (
    <div className="stack">
      <p className={css['limits']}>
        <span>{t(taxKey(lot))}</span>
        <span>{t('price.ceiling', { amount: money(lot.ceiling_price, lot.currency) })}</span>
        {lot.minimum_price !== null && <span>{t('price.minimum', { amount: money(lot.minimum_price, lot.currency) })}</span>}
        <span>{t('price.decimals', { count: lot.scale })}</span>
      </p>
      {isPricedByLines(lot) ? <Lines {...props} /> : <OneAmount {...props} />}
      {isPricedByLines(lot) && errorOf('amount') !== null && <p role="alert" className={css['error']}>{sayFault(errorOf('amount'), lot, t)}</p>}
      {amount !== null && (
        <div className={css['sum']}>
          <p>
            <span>{t(lot.basis === 'unit' ? 'price.unit_price' : 'price.lot_price')}</span> <strong className="num">{money(amount, lot.currency)}</strong> <small>{t(taxKey(lot))}</small>
          </p>
          <p className={css['words']} lang={lang === 'zh' ? 'zh-CN' : 'en'}>
            {t('price.in_words')} {amountInWords(amount, lot.currency, lang)}
          </p>
          {lot.basis === 'unit' && (
            <p className={css['words']}>
              {t('price.total')} <span className="num">{money(worthOf(lot, amount), lot.currency)}</span>
            </p>
          )}
        </div>
      )}
    </div>
  );
}

type T = ReturnType<typeof useWords<'sealed-rounds'>>['t'];

export function sayFault(fault: OfferFault | null, lot: SealedLot, t: T): string | null {
  return fault === null ? null : t(`fault.${fault.code}`, { limit: fault.limit === undefined ? '' : money(fault.limit, lot.currency) });
}

function OneAmount({ lot, offer, desk, errorOf }: PriceSheetProps) {
  const { t } = useWords('sealed-rounds');
  const isUnit = lot.basis === 'unit';
  return (
    <div className={css['amount']} data-field="amount">
      <MoneyInput
        label={`${t(isUnit ? 'price.unit_price' : 'price.lot_price')} (${t(taxKey(lot))})`}
        value={offer.amount}
        onChange={(amount) => desk.edit(lot.lot_id, { amount })}
        scale={lot.scale}
        currency={lot.currency}
        {...(isUnit ? { unit: lot.unit } : {})}
        error={sayFault(errorOf('amount'), lot, t)}
      />
    </div>
  );
}

function Lines({ lot, offer, desk, errorOf }: PriceSheetProps) {
  const { t, lang } = useWords('sealed-rounds');
  const set = (number: number) => (amount: Amount) => desk.edit(lot.lot_id, { lines: { ...offer.lines, [String(number)]: amount } });
  return (
    <ol className={css['lines']}>
      {lot.lines.map((line) => {
        const price = offer.lines[String(line.number)] ?? '';
        const total = isAmount(price) ? lineTotal(lot, line, price) : null;
        return (
          <li key={line.number} data-field={`line.${String(line.number)}`}>
            <p>
              <b>{line.number}</b> {line.description} <span className="small muted">{line.item_code}</span>
            </p>
            <MoneyInput
              label={t('price.line', { number: line.number })}
              hint={`× ${quantityText(lang, line.quantity, line.unit)}`}
              value={price}
              onChange={set(line.number)}
              scale={lot.scale}
              currency={lot.currency}
              unit={line.unit}
              error={sayFault(errorOf(`line.${String(line.number)}`), lot, t)}
            />
            <p className={css['line_total']}>{total === null ? '–' : money(total, lot.currency)}</p>
          </li>
        );
      })}
    </ol>
  );
}
