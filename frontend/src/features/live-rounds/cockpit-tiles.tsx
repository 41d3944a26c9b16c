// Four tiles: the clock, the best price, savings with their source, participation in counts (CK-01, CK-03, CK-04).
import type { ReactNode } from 'react';

import { formatInstant, formatRemaining, toMs, zoneLabel } from '@/domain/instant';
import { rescale } from '@/domain/money';
import { serverClock } from '@/domain/server-clock';
import { useWords } from '@/i18n/use-words';
import { useServerNow } from '@/ui/use-server-now';

import type { Budget, CockpitInfo } from './cockpit-data';
import { funnelOf, isInteractive, openingOf, savedAgainst, savedSinceOpening, type Saved } from './cockpit-figures';
import { bestOf, hasFigures, lotTotal, type WatchedLot } from './cockpit-lot';
import css from './cockpit-tiles.module.css';
import { moneyText, percentOf } from './lot-view';
import { momentOf, timerEnd } from './moment';

interface TilesProps {
  info: CockpitInfo;
  lot: WatchedLot;
  budget: Budget | undefined;
  fresh: boolean;
}

export function CockpitTiles({ info, lot, budget, fresh }: TilesProps) {
  return (
    <div className={[css['tiles'], fresh ? '' : css['stale']].join(' ')}>
      <ClockTile info={info} lot={lot} />
      <BestTile info={info} lot={lot} />
      <SavingsTile info={info} lot={lot} budget={budget} />
      <BiddersTile info={info} lot={lot} />
    </div>
  );
}

function Tile({ label, figure, tone, children, hint }: { label: ReactNode; figure: ReactNode; tone?: 'warn' | 'good' | undefined; children: ReactNode; hint?: string }) {
  return (
    <section className={css['tile']} title={hint}>
      <h2 className={css['label']}>{label}</h2>
      <p className={[css['figure'], tone ? css[tone] : ''].join(' ')}>{figure}</p>
      <div className={css['under']}>{children}</div>
    </section>
  );
}

function ClockTile({ info, lot }: Pick<TilesProps, 'info' | 'lot'>) {
  const { t, lang } = useWords('cockpit');
  const now = useServerNow();
  const { state } = lot;
  const zone = info.tender.time_zone;
  const moment = momentOf(state, now, (info.rules.soft_close?.window_s ?? 0) * 1000);
  const end = timerEnd(state, moment);
  const at = moment === 'waiting' ? state.opens_at : state.closes_at;
  const time = `${formatInstant(at, zone, 'time-second')} ${zoneLabel(zone, lang, at)}`;
  const said = end === null ? t(`time.${moment as 'paused' | 'closing' | 'closed' | 'cancelled'}`) : formatRemaining(toMs(end) - now);
  const isTimed = end !== null && serverClock.isSynced();
  return (
    <Tile
      label={moment === 'waiting' ? t('time.opens_in') : t('time.left')}
      tone={moment === 'window' || moment === 'paused' || moment === 'closing' ? 'warn' : undefined}
      figure={
        <span role="timer" aria-live="off" className={isTimed ? '' : css['said']}>
          {said}
        </span>
      }
    >
      <span>{t(moment === 'waiting' ? 'time.opens' : 'time.closes', { time })}</span>
      {info.rules.soft_close === null ? (
        <span>{t('time.none')}</span>
      ) : (
        <span>
          {t('time.extensions')} {t('time.of', { used: state.extensions, most: state.max_extensions })} · {t('time.hard_stop', { time: formatInstant(state.hard_stop_at, zone, 'time') })}
        </span>
      )}
    </Tile>
  );
}

function BestTile({ info, lot }: Pick<TilesProps, 'info' | 'lot'>) {
  const { t } = useWords('cockpit');
  const best = bestOf(lot);
  const { currency } = info.tender;
  return (
    <Tile label={t((info.rules.basis ?? 'price') === 'price' ? 'tiles.best' : 'tiles.leading')} figure={best === null ? '–' : moneyText(best, currency)}>
      <span>{best === null ? t('tiles.no_bids') : t('tiles.best_note', { amount: moneyText(lotTotal(lot, best), currency) })}</span>
      <span>
        {t('words:ceiling_price')} {moneyText(lot.lot.ceiling_price, currency)}
      </span>
    </Tile>
  );
}

function SavingsTile({ info, lot, budget }: Omit<TilesProps, 'fresh'>) {
  const { t } = useWords('cockpit');
  const { currency, time_zone: zone } = info.tender;
  const saving = hasFigures(lot.state) ? lot.state.savings : null;
  const best = bestOf(lot);
  const dated = (on: string | null) => (on === null ? '' : on.includes('T') ? formatInstant(on, zone, 'date') : on);
  const sourced = (source: string | null, on: string | null) => t('tiles.source', { source: source ?? '–', date: dated(on) });
  const opening = openingOf(lot);
  return (
    <Tile
      label={
        <>
          {t('tiles.savings')} <span className={css['mark']}>{t('tiles.provisional')}</span>
        </>
      }
      hint={t('tiles.formula')}
      tone={saving !== null && !saving.money.startsWith('-') ? 'good' : undefined}
      figure={saving === null ? '–' : percentOf(saving.percent)}
    >
      {lot.baseline_price === null ? (
        <span>{t('tiles.no_baseline')}</span>
      ) : (
        <>
          <span>
            {saving !== null && <b className="num">{moneyText(saving.money, currency)} · </b>}
            {t('tiles.baseline', { amount: moneyText(rescale(lot.baseline_price, lot.lot.scale), currency) })}
          </span>
          {saving?.money.startsWith('-') && <span>{t('tiles.above')}</span>}
          <span>{sourced(lot.baseline_source, lot.baseline_on)}</span>
        </>
      )}
      <dl className={css['against']}>
        <Against
          name={t('tiles.budget')}
          saved={budget === undefined || best === null ? null : savedAgainst(budget.amount, lotTotal(lot, best))}
          currency={currency}
          hint={t('tiles.budget_formula')}
          source={budget === undefined ? t('tiles.no_budget') : `${moneyText(budget.amount, currency)} · ${sourced(budget.source, budget.as_of)}`}
        />
        <Against
          name={t('tiles.opening')}
          saved={savedSinceOpening(lot)}
          currency={currency}
          hint={t('tiles.opening_formula')}
          source={opening === null ? t(best === null ? 'tiles.no_bids' : 'tiles.opening_hidden') : t('tiles.opening_source', { amount: moneyText(opening, currency) })}
        />
      </dl>
      {info.lots.length > 1 && info.savings_money !== null && (
        <span title={t('tiles.lots_counted')}>
          {t('tiles.savings_all')}: <b className="num">{moneyText(info.savings_money, currency)}</b> {percentOf(info.savings_percent)}
        </span>
      )}
    </Tile>
  );
}

/** One more reference: what is saved against it, and where it is from. */
function Against({ name, saved, currency, source, hint }: { name: string; saved: Saved | null; currency: string; source: string; hint: string }) {
  return (
    <div title={hint}>
      <dt>{name}</dt>
      <dd>
        {saved !== null && (
          <b>
            <span className="num">{percentOf(saved.percent)} ·</span> <span className="num">{moneyText(saved.money, currency)}</span>
          </b>
        )}
        <span>{source}</span>
      </dd>
    </div>
  );
}

// How often the count of those who bid now is made anew.
const RECOUNTED_EVERY_MS = 10_000;

function BiddersTile({ info, lot }: Pick<TilesProps, 'info' | 'lot'>) {
  const { t } = useWords('cockpit');
  const funnel = funnelOf(info, lot, useServerNow(RECOUNTED_EVERY_MS));
  const steps = (['invited', 'joined', 'practised', 'active', 'recent'] as const).map((name) => ({ name, value: funnel[name] }));
  const isHidden = hasFigures(lot.state) && lot.state.active !== null && funnel.recent === null;
  return (
    <section className={css['bidders']}>
      <h2 className={css['label']}>
        {t('tiles.bidders')} {isInteractive(funnel) && <span className={css['mark']} title={t('tiles.interactive_why')}>{t('tiles.interactive')}</span>}
      </h2>
      <dl className={css['counts']}>
        {steps.map(({ name, value }) => (
          <div key={name}>
            <dd>{value ?? '–'}</dd>
            <dt>{t(`tiles.${name}`)}</dt>
          </div>
        ))}
      </dl>
      <p className="small muted">
        {info.joined === null && t('tiles.joined_hidden')} {isHidden && funnel.active !== 0 && t('tiles.recent_hidden')}
      </p>
    </section>
  );
}
