// Four tiles: the clock, the best price, savings with their source, participation in counts (CK-01, CK-03, CK-04).
import type { ReactNode } from 'react';

import { formatInstant, formatRemaining, toMs, zoneLabel } from '@/domain/instant';
import { rescale } from '@/domain/money';
import { serverClock } from '@/domain/server-clock';
import { useWords } from '@/i18n/use-words';
import { useServerNow } from '@/ui/use-server-now';

import type { CockpitInfo } from './cockpit-data';
import { bestOf, hasFigures, lotTotal, type WatchedLot } from './cockpit-lot';
import css from './cockpit-tiles.module.css';
import { moneyText, percentOf } from './lot-view';
import { momentOf, timerEnd } from './moment';

interface TilesProps {
  info: CockpitInfo;
  lot: WatchedLot;
  fresh: boolean;
}

export function CockpitTiles({ info, lot, fresh }: TilesProps) {
  return (
    <div className={[css['tiles'], fresh ? '' : css['stale']].join(' ')}>
      <ClockTile info={info} lot={lot} />
      <BestTile info={info} lot={lot} />
      <SavingsTile info={info} lot={lot} />
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

function ClockTile({ info, lot }: Omit<TilesProps, 'fresh'>) {
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

function BestTile({ info, lot }: Omit<TilesProps, 'fresh'>) {
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

function SavingsTile({ info, lot }: Omit<TilesProps, 'fresh'>) {
  const { t } = useWords('cockpit');
  const { currency, time_zone: zone } = info.tender;
  const saving = hasFigures(lot.state) ? lot.state.savings : null;
  const date = lot.baseline_on === null ? '' : lot.baseline_on.includes('T') ? formatInstant(lot.baseline_on, zone, 'date') : lot.baseline_on;
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
          <span>{t('tiles.source', { source: lot.baseline_source ?? '–', date })}</span>
        </>
      )}
      {info.lots.length > 1 && info.savings_money !== null && (
        <span title={t('tiles.lots_counted')}>
          {t('tiles.savings_all')}: <b className="num">{moneyText(info.savings_money, currency)}</b> {percentOf(info.savings_percent)}
        </span>
      )}
    </Tile>
  );
}

function BiddersTile({ info, lot }: Omit<TilesProps, 'fresh'>) {
  const { t } = useWords('cockpit');
  const active = hasFigures(lot.state) ? lot.state.active : null;
  const counts = [
    { name: t('tiles.invited'), value: String(info.invited) },
    { name: t('tiles.joined'), value: info.joined === null ? '–' : String(info.joined) },
    { name: t('tiles.active'), value: active === null ? '–' : String(active) },
  ];
  return (
    <section className={css['tile']}>
      <h2 className={css['label']}>{t('tiles.bidders')}</h2>
      <dl className={css['counts']}>
        {counts.map(({ name, value }) => (
          <div key={name}>
            <dd>{value}</dd>
            <dt>{name}</dt>
          </div>
        ))}
      </dl>
      <div className={css['under']}>{info.joined === null && <span>{t('tiles.joined_hidden')}</span>}</div>
    </section>
  );
}
