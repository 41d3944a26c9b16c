// A price that moves by ticks: what it is, until when it can be taken, and whether the bidder has, or is out.
import { formatInstant } from '@/domain/instant';
import { useWords } from '@/i18n/use-words';
import { Countdown } from '@/ui/countdown';
import { Panel } from '@/ui/panel';
import { useServerNow } from '@/ui/use-server-now';

import { turnAt } from './format-pace';
import css from './format-slot.module.css';
import { moneyText, type LotView } from './lot-view';
import type { OwnPace } from './messages';
import type { RoundInfo } from './room-data';

/** The formats that name the price; their words say which way it goes. */
export type Priced = 'japanese' | 'dutch';

export function PricePanel({ info, pace, price }: { info: RoundInfo; pace: OwnPace; price: string }) {
  const { t } = useWords('formats');
  const way = info.rules.format as Priced;
  const turn = turnAt(pace, useServerNow());
  return (
    <Panel title={t('price.title')} note={t('price.tick', { tick: pace.stage + 1, ticks: pace.stages })}>
      <div className={[css['turn'], turn === 'now' ? css['now'] : ''].join(' ')}>
        <p className={css['big']}>
          <span className="num">{moneyText(price, info.tender.currency)}</span>
        </p>
        <p>{t(`price.${way}.${turn === 'none' || turn === 'ahead' ? 'over' : turn}`, { time: timeOf(pace.acts_until, info) })}</p>
        {pace.ends_at !== null && turn !== 'out' && (
          <p className="muted">
            {t(`price.${way}.next`)} <Countdown until={pace.ends_at} />
          </p>
        )}
      </div>
    </Panel>
  );
}

function timeOf(at: string | null, info: RoundInfo): string {
  return at === null ? '' : formatInstant(at, info.tender.time_zone, 'time-second');
}

/** What the one button says: taking the named price, or nothing special where bidders name their own. */
export function useTakeText(info: RoundInfo, lot: LotView): string | null {
  const { t } = useWords('formats');
  const price = lot.state.pace?.price ?? null;
  return price === null ? null : t(`price.${info.rules.format as Priced}.take`, { amount: moneyText(price, info.tender.currency) });
}

/** What stands instead of that button once the price is taken, or can be no more by this bidder. */
export function useTakenText(info: RoundInfo, lot: LotView): string | null {
  const { t } = useWords('formats');
  const pace = lot.state.pace ?? null;
  if (pace === null || pace.price === null || !(pace.is_done || pace.is_out)) return null;
  const way = info.rules.format as Priced;
  return pace.is_out ? t(`price.${way}.out_short`) : t(`price.${way}.done`);
}
