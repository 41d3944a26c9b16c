// The lots with the state of the own offer on each; one is shown at a time.
import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Panel } from '@/ui/panel';
import { Tag } from '@/ui/state-tag';

import { TONES, type LotState } from './lot-state';
import type { SealedLot } from './queries';
import css from './sealed.module.css';

interface LotListProps {
  lots: readonly SealedLot[];
  states: Readonly<Record<string, LotState>>;
  chosen: string;
  onChoose: (lotId: string) => void;
}

export function LotList({ lots, states, chosen, onChoose }: LotListProps) {
  const { t, lang } = useWords('sealed-rounds');
  return (
    <Panel title={t('words:lots')} flush>
      <ul>
        {lots.map((lot) => {
          const state = states[lot.lot_id] ?? 'empty';
          return (
            <li key={lot.lot_id}>
              <button type="button" className={css['lot']} aria-current={lot.lot_id === chosen || undefined} onClick={() => onChoose(lot.lot_id)}>
                <span>
                  {lot.number} · {pick(lang, { zh: lot.title_zh, en: lot.title_en })}
                </span>
                <Tag tone={TONES[state]}>{t(`state.${state}`)}</Tag>
              </button>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
