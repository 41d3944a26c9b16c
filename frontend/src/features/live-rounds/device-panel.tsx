// The device check beside the drills: line, clock, memory, screen, sound and screen reader (SCREENS.md SP-05).
import { useState } from 'react';

import { serverClock } from '@/domain/server-clock';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { Icon, type IconName } from '@/ui/icon';
import { Panel } from '@/ui/panel';
import { useServerNow } from '@/ui/use-server-now';

import { checksOf, isDeviceReady, keepDeviceReady, type Check, type CheckState } from './device-check';
import type { Link } from './feed';
import { noticeRight, notify, toggleNotices } from './hidden-notice';
import css from './practice.module.css';
import { chime, useRoomSettings } from './room-settings';

const ICONS: Readonly<Record<CheckState, IconName>> = { good: 'check', weak: 'warn', bad: 'bad', waiting: 'clock' };

export function DevicePanel({ link }: { link: Link }) {
  const { t } = useWords('room-aids');
  const now = useServerNow();
  const [tried, setTried] = useState<ReadonlySet<'sound' | 'speech'>>(new Set());
  const [isReady, setReady] = useState(() => isDeviceReady(serverClock.now()));
  const checks = checksOf(link);
  const isFit = checks.every(({ state }) => state === 'good' || state === 'weak') && tried.has('sound');
  const test = (what: 'sound' | 'speech') => {
    if (what === 'sound') chime('up');
    else announce(t('device.spoken'));
    setTried((before) => new Set([...before, what]));
  };
  return (
    <Panel title={t('device.title')} note={isReady ? t('device.ready') : undefined}>
      <ul className={css['checks']}>
        {checks.map((check) => (
          <CheckRow key={check.name} check={check} />
        ))}
        {(['sound', 'speech'] as const).map((what) => (
          <li key={what} data-state={tried.has(what) ? 'good' : 'waiting'}>
            <Icon name={tried.has(what) ? 'check' : 'play'} size={16} />
            <span>{t(`device.${what}`)}</span>
            <Button size="small" onClick={() => test(what)}>
              {t(`device.${what}_try`)}
            </Button>
          </li>
        ))}
        <NoticeRow />
      </ul>
      <p className="muted small">{t('device.why')}</p>
      <Button
        look="primary"
        disabled={!isFit}
        onClick={() => {
          keepDeviceReady(now);
          setReady(true);
        }}
      >
        {t(isReady ? 'device.again' : 'device.confirm')}
      </Button>
    </Panel>
  );
}

/** Optional: asked for here, because a browser asks once, and not while a lot runs. */
function NoticeRow() {
  const { t } = useWords('room-aids');
  const { notify: isOn } = useRoomSettings();
  const [right, setRight] = useState(noticeRight);
  const ask = async () => {
    if (!isOn) await toggleNotices();
    setRight(noticeRight());
    notify(t('device.notify'), t('device.notified'), '');
  };
  const canAsk = right === 'default' || right === 'granted';
  return (
    <li data-state={isOn ? 'good' : canAsk ? 'waiting' : 'weak'}>
      <Icon name={isOn ? 'check' : 'bell'} size={16} />
      <span>{t(right === 'denied' ? 'device.notify_denied' : right === 'none' ? 'device.notify_none' : 'device.notify')}</span>
      {canAsk && (
        <Button size="small" onClick={() => void ask()}>
          {t('device.notify_try')}
        </Button>
      )}
    </li>
  );
}

function CheckRow({ check: { name, state, ms } }: { check: Check }) {
  const { t } = useWords('room-aids');
  return (
    <li data-state={state}>
      <Icon name={ICONS[state]} size={16} />
      <span>
        {t(`device.${name}_${state === 'waiting' ? 'waiting' : state === 'good' ? 'good' : 'weak'}`, { ms: ms === null ? '–' : figure(name, ms) })}
      </span>
    </li>
  );
}

/** 42 ms of latency, 0.3 s of clock. */
function figure(name: Check['name'], ms: number): string {
  return name === 'clock' ? (Math.abs(ms) / 1000).toFixed(1) : String(ms);
}
