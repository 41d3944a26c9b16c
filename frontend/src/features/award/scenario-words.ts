// Constraints and suppliers of a scenario in words.

import { currencySign, group } from '@/domain/money';
import { useWords } from '@/i18n/use-words';

import { trimmed } from './choosing';
import type { ScenarioConstraint, Scenarios } from './scenario-queries';

type Offer = { lot_id: string; label: string };

export function useScenarioWords({ lots, currency }: Pick<Scenarios, 'lots' | 'currency'>) {
  const { t } = useWords('scenario');
  const join = (parts: readonly (string | number)[]) => parts.join(t('common:list_separator'));
  const numberOf = (lotId: string) => lots.find((lot) => lot.lot_id === lotId)?.number ?? 0;
  const labels = (offers: readonly Offer[]) =>
    join(offers.map((offer) => (lots.length > 1 ? t('label_in_lot', { label: offer.label, number: numberOf(offer.lot_id) }) : offer.label)));
  const money = (amount: string) => `${amount.startsWith('-') ? '−' : ''}${currencySign(currency)}${group(amount.replace('-', ''))}`;
  const shares = (patterns: readonly (readonly string[])[]) => patterns.map((pattern) => (pattern.length === 1 ? t('whole') : pattern.join('–'))).join(' / ');
  const constraint = (one: ScenarioConstraint) =>
    t(`limits.${one.limit}`, {
      value: one.value === null ? t('hidden') : one.limit === 'budget' ? money(one.value) : trimmed(one.value),
      shares: shares(one.patterns),
      offer: one.offer === null ? '' : labels([one.offer]),
      lots: one.lots.length === 0 || one.lots.length === lots.length ? '' : t('in_lots', { numbers: join(one.lots.map(numberOf)) }),
    });
  const price = (one: ScenarioConstraint) => {
    if (one.price === null) return t('price_unknown');
    if (one.is_exact && Number(one.price) === 0) return t('price_free');
    return t(one.is_exact ? 'price' : 'price_about', { amount: money(one.price) });
  };
  return { constraint, labels, money, numberOf, price, shares };
}
