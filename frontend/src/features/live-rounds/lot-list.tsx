// The own lots, in the order of their numbers: rank, state and time of each; one of them is in focus.
import { formatRemaining, toMs } from '@/domain/instant';
import { serverClock } from '@/domain/server-clock';
import { useWords } from '@/i18n/use-words';
import { StateTag } from '@/ui/state-tag';
import { useServerNow } from '@/ui/use-server-now';

import css from './lot-list.module.css';
import { leftText, lotTitle, type LotView } from './lot-view';
import { momentOf, timerEnd } from './moment';
import { placeOf } from './place';

interface LotListProps {
  lots: readonly LotView[];
  chosen: string;
  windowMs: number;
  onChoose: (lotId: string) => void;
}

export function LotList({ lots, chosen, windowMs, onChoose }: LotListProps) {
  const { t } = useWords('live-rounds');
  const now = useServerNow();
  return (
    <nav className={css['lots']} aria-label={t('room.lots')}>
      {lots.map((lot) => (
        <LotButton key={lot.facts.id} lot={lot} isChosen={lot.facts.id === chosen} now={now} windowMs={windowMs} onChoose={onChoose} />
      ))}
    </nav>
  );
}

interface LotButtonProps {
  lot: LotView;
  isChosen: boolean;
  now: number;
  windowMs: number;
  onChoose: (lotId: string) => void;
}

function LotButton({ lot, isChosen, now, windowMs, onChoose }: LotButtonProps) {
  const { t, lang } = useWords('live-rounds');
  const { facts, state } = lot;
  const moment = momentOf(state, now, windowMs);
  const end = timerEnd(state, moment);
  const place = placeOf(state);
  const rank = place.kind === 'none' ? t('room.no_rank_note') : state.leading ? t('room.lead_note') : place.kind === 'rank' ? t('room.rank_note', { rank: place.rank }) : t(`room.place_${place.kind}`);
  return (
    <button type="button" className={css['lot']} aria-current={isChosen ? 'true' : undefined} onClick={() => onChoose(facts.id)}>
      <span className={css['number']}>{facts.number}</span>
      <span className={css['title']}>{lotTitle(lang, facts)}</span>
      <span className={css['stands']}>
        <span className={[css['rank'], state.leading ? css['leads'] : ''].join(' ')}>{rank}</span>
        <span className={css['time']}>
          {end !== null && serverClock.isSynced() ? leftText(moment, formatRemaining(toMs(end) - now), t) : <StateTag kind="lot" state={state.status} />}
        </span>
      </span>
    </button>
  );
}
