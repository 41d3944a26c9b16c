// Where the own walk-away price is set; folded until somebody wants it.
import { subtract, type Amount } from '@/domain/money';
import { useWords } from '@/i18n/use-words';
import { MoneyInput } from '@/ui/money-input';

import css from './floor-field.module.css';
import { moneyText, type LotView } from './lot-view';
import { usePrivateFloor } from './private-floor';

/** How far an amount lies from the own floor; nothing where none is set. */
export function FloorMargin({ lot, amount, currency }: { lot: LotView; amount: Amount; currency: string }) {
  const { t } = useWords('room-aids');
  const [floor] = usePrivateFloor(lot.facts.id);
  if (floor === null) return null;
  const margin = subtract(amount, floor);
  const said = t(margin.startsWith('-') ? 'floor.below' : 'floor.margin', { amount: moneyText(margin.replace('-', ''), currency) });
  return <> · {said}</>;
}

export function FloorField({ lot, currency }: { lot: LotView; currency: string }) {
  const { t } = useWords('room-aids');
  const [floor, setFloor] = usePrivateFloor(lot.facts.id);
  return (
    <details className={css['fold']}>
      <summary>{floor === null ? t('floor.title') : t('floor.set', { amount: moneyText(floor, currency) })}</summary>
      <MoneyInput label={t('floor.label')} hint={t('floor.why')} value={floor ?? ''} onChange={setFloor} scale={lot.facts.scale} currency={currency} />
    </details>
  );
}
