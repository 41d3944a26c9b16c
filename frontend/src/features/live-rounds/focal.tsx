// The three figures that stay in view at every width: time, own rank, next valid amount (SCREENS.md 2.2.1).
import type { ReactNode } from 'react';

import { formatInstant, formatRemaining, toMs, zoneLabel } from '@/domain/instant';
import { serverClock } from '@/domain/server-clock';
import type { Amount } from '@/domain/money';
import { useWords, type Translate } from '@/i18n/use-words';
import { Icon } from '@/ui/icon';
import { useServerNow } from '@/ui/use-server-now';

import type { LiveRules } from '@/domain/bidding';
import { unitText } from '@/domain/units';
import css from './focal.module.css';
import { namesPrice } from './format-pace';
import { durationText, moneyText, taxKey, type LotView } from './lot-view';
import { elapsedShare, momentOf, timerEnd, type Moment } from './moment';
import { useOwnBids, type RoundTender } from './room-data';
import { placeOf, type Place } from './place';
import { useRecentJump } from './use-recent-jump';

interface FocalProps {
  lot: LotView;
  tender: RoundTender;
  rules: LiveRules;
  fresh: boolean;
  next: Amount | null;
  /** The one-tap button, where it stands inside the band. */
  action: ReactNode;
}

export function Focal({ lot, tender, rules, fresh, next, action }: FocalProps) {
  const now = useServerNow();
  const moment = momentOf(lot.state, now, (rules.soft_close?.window_s ?? 0) * 1000);
  return (
    <div className={[css['band'], css[moment], fresh ? '' : css['stale']].join(' ')}>
      <TimeCell lot={lot} tender={tender} rules={rules} fresh={fresh} moment={moment} now={now} />
      <RankCell lot={lot} tender={tender} rules={rules} moment={moment} />
      <NextCell lot={lot} tender={tender} rules={rules} next={next} action={action} />
      <div className={css['line']} aria-hidden="true">
        <div style={{ width: `${elapsedShare(lot.state, now) / 10}%` }} />
      </div>
    </div>
  );
}

function TimeCell({ lot, tender, rules, fresh, moment, now }: Pick<FocalProps, 'lot' | 'tender' | 'rules' | 'fresh'> & { moment: Moment; now: number }) {
  const { t, lang } = useWords('live-rounds');
  const { state } = lot;
  const jumped = useRecentJump(state.closes_at, state.extensions);
  const zone = tender.time_zone;
  const ends = moment === 'waiting' ? state.opens_at : state.closes_at;
  const at = `${formatInstant(ends, zone, 'time-second')} ${zoneLabel(zone, lang, ends)}`;
  const label = moment === 'waiting' ? t('focal.opens_in') : t('focal.time_left');
  return (
    <div className={[css['cell'], jumped ? css['jumped'] : ''].join(' ')}>
      <p className={css['label']}>{label}</p>
      <p className={css['figure']}>
        <TimeFigure lot={lot} moment={moment} now={now} label={label} />
      </p>
      <p className={css['under']}>
        <span>{moment === 'waiting' ? t('room.opens_at', { time: at }) : t(moment === 'closed' ? 'focal.closed_at' : 'focal.closes', { time: at })}</span>
        {/* In view wherever the page is scrolled to; the band above says more. */}
        {!fresh && <strong className={css['warn']}>{t('focal.stale')}</strong>}
        {fresh && moment !== 'closed' && moment !== 'cancelled' && <ExtensionNote lot={lot} rules={rules} zone={zone} moment={moment} jumped={jumped} />}
      </p>
    </div>
  );
}

function TimeFigure({ lot, moment, now, label }: { lot: LotView; moment: Moment; now: number; label: string }) {
  const { t } = useWords('live-rounds');
  const end = timerEnd(lot.state, moment);
  if (end === null) {
    const said = moment === 'closed' ? t('focal.over') : t(`focal.${moment as 'paused' | 'closing' | 'cancelled'}`);
    return <span className={css['said']}>{said}</span>;
  }
  if (!serverClock.isSynced()) return <span className={css['said']}>{t('focal.resyncing')}</span>;
  return (
    // Silent by itself: the announcer speaks the milestones (SCREENS.md 1.6).
    <span role="timer" aria-live="off" aria-label={label} className={css['time']}>
      {formatRemaining(toMs(end) - now)}
    </span>
  );
}

interface ExtensionNoteProps {
  lot: LotView;
  rules: LiveRules;
  zone: string;
  moment: Moment;
  jumped: boolean;
}

function ExtensionNote({ lot, rules, zone, moment, jumped }: ExtensionNoteProps) {
  const { t } = useWords('live-rounds');
  const { state } = lot;
  const soft = rules.soft_close;
  const uncertain = (serverClock.uncertaintyMs() ?? 0) > 1000;
  if (uncertain) return <strong className={css['warn']}>{t('focal.uncertain')}</strong>;
  if (soft === null) return <span>{t('focal.no_extension')}</span>;
  if (jumped) {
    const time = formatInstant(state.closes_at, zone, 'time-second');
    return <strong className={css['warn']}>{t('focal.extended', { time, used: state.extensions, most: state.max_extensions })}</strong>;
  }
  if (moment === 'window' && state.extensions < state.max_extensions) {
    return <strong className={css['warn']}>{t(`focal.window_${soft.trigger}`, { window: durationText(soft.window_s, t), top: soft.top ?? 1 })}</strong>;
  }
  return (
    <span>
      {t('focal.extensions', { used: state.extensions, most: state.max_extensions })} · {t('focal.latest', { time: formatInstant(state.hard_stop_at, zone, 'time') })}
    </span>
  );
}

function RankCell({ lot, tender, rules, moment }: Pick<FocalProps, 'lot' | 'tender' | 'rules'> & { moment: Moment }) {
  const { t } = useWords('live-rounds');
  const { best } = lot.state;
  const place = placeOf(lot.state);
  const isExact = place.kind === 'rank' || place.kind === 'none';
  return (
    <div className={[css['cell'], lot.state.leading ? css['leads'] : ''].join(' ')}>
      <p className={css['label']}>{moment === 'closed' ? t(isExact ? 'focal.final_rank' : 'focal.final_place') : t(isExact ? 'focal.your_rank' : 'focal.your_place')}</p>
      <p className={css['figure']}>{moment === 'cancelled' ? t('focal.no_rank') : <PlaceFigure place={place} />}</p>
      <p className={css['under']}>
        <span className={lot.state.leading ? css['good'] : ''}>{rankNote(lot, rules, { place, moment }, t)}</span>
        {(rules.feedback === 'best_price' || rules.feedback === 'rank_and_best') && moment !== 'waiting' && moment !== 'cancelled' && (
          <span>{best === null ? t(rules.starting_gate === true && lot.state.own_amount === null ? 'focal.gate' : 'focal.best_hidden') : t('focal.best', { amount: moneyText(best, tender.currency) })}</span>
        )}
      </p>
    </div>
  );
}

const PLACE_ICONS = { leading: 'check', top: 'signal', outside: 'warn', not_leading: 'warn' } as const;

/** The rank as a figure; a band or the lead alone as words with an icon (LR-12). */
function PlaceFigure({ place }: { place: Place }) {
  const { t } = useWords('live-rounds');
  if (place.kind === 'none') return t('focal.no_rank');
  if (place.kind === 'rank') return place.rank;
  return (
    <span className={css['place']}>
      <Icon name={PLACE_ICONS[place.kind]} size={22} />
      {t(`focal.place_${place.kind}`)}
    </span>
  );
}

function rankNote(lot: LotView, rules: LiveRules, { place, moment }: { place: Place; moment: Moment }, t: Translate<'live-rounds'>): string {
  const { tied, leading } = lot.state;
  if (place.kind === 'none') return t(moment === 'closed' ? 'focal.never_bid' : 'focal.rank_after_bid');
  if (place.kind !== 'rank') return t(lot.state.band === undefined ? 'focal.lead_only' : 'focal.band_only');
  if (tied && rules.ties === 'equal_rank') return t(leading ? 'focal.shared_lead' : 'focal.shared');
  if (tied) return leading ? t('focal.tied_ahead') : t('focal.tied_behind');
  return leading ? t('focal.leading') : '';
}

function NextCell({ lot, tender, rules, next, action }: Pick<FocalProps, 'lot' | 'tender' | 'rules' | 'next' | 'action'>) {
  const { t, lang } = useWords('live-rounds');
  const { facts, state } = lot;
  const tax = t(taxKey(tender));
  const isPriced = namesPrice(rules);
  return (
    <div className={[css['cell'], css['next']].join(' ')}>
      <div>
        <p className={css['label']}>{t(isPriced ? 'focal.price_now' : 'focal.next_valid')}</p>
        <p className={css['figure']}>
          {next === null ? (
            t('focal.no_rank')
          ) : (
            <>
              {!isPriced && <span className={css['sign']}>≤ </span>}
              {moneyText(next, tender.currency)}
            </>
          )}
        </p>
        <p className={css['under']}>
          <span>
            {t('focal.your_bid')}: <b className="num">{state.own_amount === null ? t('focal.no_bid') : moneyText(state.own_amount, tender.currency)}</b>
            {rules.currencies && <OwnSent lot={lot} />}
          </span>
          <span>{facts.basis === 'unit' ? t('bid.per_unit', { unit: unitText(lang, facts.unit), tax }) : t('bid.for_lot', { tax })}</span>
        </p>
      </div>
      <div className={css['action']}>{action}</div>
    </div>
  );
}

/** The own bid in the currency it was sent in. */
function OwnSent({ lot }: { lot: LotView }) {
  const { data } = useOwnBids(lot.facts.id);
  const sent = data?.find((bid) => !bid.voided && bid.amount === lot.state.own_amount)?.sent;
  return sent === undefined ? null : <small> ({sent})</small>;
}
