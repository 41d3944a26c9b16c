// Full-width bands over the room: the lost line, the pause. They say what is, and what happens to what is typed.
import { formatInstant, formatRemaining, toMs, zoneLabel } from '@/domain/instant';
import { useWords } from '@/i18n/use-words';
import { Button, ButtonLink } from '@/ui/button';
import { Icon } from '@/ui/icon';

import css from './bands.module.css';
import type { Link } from './feed';
import type { LotTimes, NoticeFrame } from './messages';

interface LostBandProps {
  link: Link;
  asOf: string | null;
  zone: string;
  onRetry: () => void;
  onRestart: () => void;
}

/** Stands until the figures are fresh again; nothing when they are. */
export function LostBand({ link, asOf, zone, onRetry, onRestart }: LostBandProps) {
  const { t } = useWords('live-rounds');
  if (link.state === 'live' || link.state === 'slow') return null;
  if (link.state === 'connecting' && asOf === null) return null;
  const said = asOf === null ? t('link.lost_bar_new') : t('link.lost_bar', { time: formatInstant(asOf, zone, 'time-second') });
  if (link.state !== 'ended') {
    return (
      <Band tone="warn" icon="signal" actions={<Button size="small" onClick={onRetry}>{t('link.try_now')}</Button>}>
        {said} {t(`link.${link.state}`, { attempt: link.attempt })}
      </Band>
    );
  }
  if (link.endCode === 'REPLACED') {
    return (
      <Band tone="warn" icon="info" actions={<Button size="small" onClick={onRestart}>{t('link.here')}</Button>}>
        {t('link.replaced')}
      </Band>
    );
  }
  const isOut = link.endCode === 'SIGNED_OUT';
  return (
    <Band tone="bad" icon="lock" actions={isOut && <ButtonLink size="small" to="/sign-in">{t('link.sign_in')}</ButtonLink>}>
      {t(isOut ? 'link.signed_out' : 'link.no_access')}
    </Band>
  );
}

interface PausedBandProps {
  lot: { state: LotTimes };
  zone: string;
  notices: readonly NoticeFrame[];
}

/** The clock stands: why, until when, and what will be left (LR-06). */
export function PausedBand({ lot, zone, notices }: PausedBandProps) {
  const { t, find, lang } = useWords('live-rounds');
  const { state } = lot;
  if (state.status !== 'paused' || isChanged(state)) return null;
  const reason = find(`reasons.${state.pause_reason ?? 'other'}`, t('reasons.other'));
  const paused = notices.find((notice) => notice.kind === 'pause' && notice.lot_id === state.lot_id);
  const left = paused === undefined ? null : toMs(state.closes_at) - toMs(paused.at);
  return (
    <Band tone="pause" icon="pause">
      <strong>{t('paused_band.title')}</strong> {t('paused_band.why', { reason })}{' '}
      {state.resume_at === null
        ? t('paused_band.announced')
        : t('paused_band.resumes', { time: `${formatInstant(state.resume_at, zone, 'time-second')} ${zoneLabel(zone, lang, state.resume_at)}` })}
      {left !== null && left > 0 && state.resume_at === null && ` ${t('paused_band.left', { time: formatRemaining(left) })}`}
    </Band>
  );
}

/** The lot's row is not what was published: whatever its status, nothing is played until it is (attacks.md G06). */
export function ChangedBand({ lot, isBuyer = false }: { lot: { state: LotTimes }; isBuyer?: boolean }) {
  const { t } = useWords('live-rounds');
  if (!isChanged(lot.state)) return null;
  return (
    <Band tone="bad" icon="lock">
      <strong>{t('changed_band.title')}</strong> {t('changed_band.why')}
      {isBuyer && ` ${t('changed_band.buyer')}`}
    </Band>
  );
}

function isChanged(state: LotTimes): boolean {
  return state.pause_reason === 'rules_changed' && state.resume_at === null;
}

interface BandProps {
  tone: 'warn' | 'bad' | 'pause';
  icon: 'signal' | 'info' | 'lock' | 'pause';
  actions?: React.ReactNode;
  children: React.ReactNode;
}

function Band({ tone, icon, actions, children }: BandProps) {
  return (
    <div className={[css['band'], css[tone]].join(' ')}>
      <Icon name={icon} size={17} />
      <p>{children}</p>
      {actions && <div className={css['actions']}>{actions}</div>}
    </div>
  );
}
