// The published rules in words, and the lot's published facts; open on a desk, folded on a phone.
import { useWords } from '@/i18n/use-words';
import { Facts } from '@/ui/facts';
import { Money } from '@/ui/money';
import { Panel } from '@/ui/panel';
import { quantityText } from '@/domain/units';

import { lotTitle, type LotView } from './lot-view';
import type { LotTimes } from './messages';
import type { RoundInfo } from './room-data';
import css from './rules-panel.module.css';

export function RulesPanel({ info, lot }: { info: RoundInfo; lot: LotView<LotTimes> }) {
  const { t, lang } = useWords('live-rounds');
  const { facts } = lot;
  const { currency } = info.tender;
  return (
    <Panel title={t('room.rules')}>
      <div className={css['rules']}>
        <Facts
          items={[
            { term: t('room.lot', { number: facts.number }), value: lotTitle(lang, facts) },
            { term: t('room.quantity'), value: quantityText(lang, facts.quantity, facts.unit) },
            { term: t('words:ceiling_price'), value: <Money amount={facts.ceiling_price} currency={currency} /> },
            ...(facts.start_price === null ? [] : [{ term: t('words:start_price'), value: <Money amount={facts.start_price} currency={currency} /> }]),
          ]}
        />
        <ul className={css['sentences']}>
          {info.sentences[lang].map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </div>
    </Panel>
  );
}
