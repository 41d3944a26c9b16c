// What happened, newest first: messages to all, extensions, pauses, ends. Nothing about any other bidder.
import { formatInstant } from '@/domain/instant';
import { pick } from '@/domain/lang';
import { useWords, type Words } from '@/i18n/use-words';
import { Icon, type IconName } from '@/ui/icon';

import css from './events-list.module.css';
import { durationText } from './lot-view';
import type { NoticeFrame, NoticeKind } from './messages';
import type { RoundInfo } from './room-data';
import { noticeKey } from './standing';

const ICONS: Readonly<Record<NoticeKind, IconName>> = {
  broadcast: 'bell',
  opened: 'play',
  extension: 'clock',
  extended_by_hand: 'clock',
  pause: 'pause',
  resume_set: 'clock',
  resumed: 'play',
  void: 'info',
  closed: 'lock',
  cancelled: 'bad',
};

export function EventsList({ notices, info }: { notices: readonly NoticeFrame[]; info: RoundInfo }) {
  const words = useWords('live-rounds');
  if (notices.length === 0) return <p className={css['empty']}>{words.t('events.empty')}</p>;
  return (
    <ol className={css['list']}>
      {notices.map((notice) => (
        <li key={noticeKey(notice)} className={notice.kind === 'broadcast' ? css['broadcast'] : ''}>
          <span className={css['icon']}>
            <Icon name={ICONS[notice.kind]} size={15} />
          </span>
          <div>
            <p className={css['when']}>
              <time dateTime={notice.at}>{formatInstant(notice.at, info.tender.time_zone, 'time-second')}</time>
              {lotNumber(notice, info) !== null && info.lots.length > 1 && <span> · {words.t('events.lot', { number: lotNumber(notice, info) ?? '' })}</span>}
              {notice.kind === 'broadcast' && <span> · {words.t('events.broadcast')}</span>}
            </p>
            <p>{noticeText(notice, info, words)}</p>
          </div>
        </li>
      ))}
    </ol>
  );
}

function lotNumber(notice: NoticeFrame, info: RoundInfo): number | null {
  return info.lots.find((lot) => lot.id === notice.lot_id)?.number ?? null;
}

/** What people typed in both languages, else the sentence of the kind. */
export function noticeText(notice: NoticeFrame, info: RoundInfo, { t, find, lang }: Words<'live-rounds'>): string {
  const { params, kind } = notice;
  const zone = info.tender.time_zone;
  const time = (at: string | undefined) => (at === undefined ? '' : formatInstant(at, zone, 'time-second'));
  const typed = pick(lang, { zh: params['message_zh'] ?? params['zh'], en: params['message_en'] ?? params['en'] });
  switch (kind) {
    case 'broadcast':
      return typed;
    case 'extension': {
      const soft = info.rules.soft_close;
      if (soft === null) return t('events.extended_by_hand', { time: time(params['to']) });
      return t('events.extension', { time: time(params['to']), n: params['n'] ?? '', most: soft.max_extensions, window: durationText(soft.window_s, t) });
    }
    case 'pause': {
      const code = params['reason_code'] ?? 'other';
      const said = t('events.pause', { reason: find(`reasons.${code}`, t('reasons.other')) });
      return typed === '' ? said : `${said} – ${typed}`;
    }
    case 'resume_set':
      return t('events.resume_set', { time: time(params['resume_at']) });
    default:
      return t(`events.${kind}`, { time: time(params['to']) });
  }
}
