// The head of the room: which tender, the line's state, language, settings, the way out.
import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Seal } from '@/ui/brand';
import { ButtonLink } from '@/ui/button';
import { Icon } from '@/ui/icon';
import { LanguageSwitch } from '@/ui/language-switch';
import { MenuButton } from '@/ui/menu-button';

import type { Link } from './feed';
import { toggleNotices } from './hidden-notice';
import { LinkMark } from './link-mark';
import css from './room-header.module.css';
import type { RoundInfo } from './room-data';
import { toggleSetting, type RoomSettings, type Setting } from './room-settings';
import type { RoomSheet } from './use-room-keys';

interface RoomHeaderProps {
  info: RoundInfo;
  link: Link;
  settings: RoomSettings;
  isPractice?: boolean;
  onSheet: (sheet: RoomSheet) => void;
}

export function RoomHeader({ info, link, settings, isPractice = false, onSheet }: RoomHeaderProps) {
  const { t, lang } = useWords('live-rounds');
  const { tender } = info;
  return (
    <header className={[css['header'], isPractice ? css['practice'] : ''].join(' ')}>
      <div className={css['what']}>
        <Seal size={30} />
        <div className={css['names']}>
          <h1>{pick(lang, { zh: tender.title_zh, en: tender.title_en })}</h1>
          <p>
            {tender.reference} · {isPractice ? <strong>{t('room.practice')}</strong> : t('room.title')}
          </p>
        </div>
      </div>
      <div className={css['tools']}>
        <LinkMark link={link} />
        <LanguageSwitch />
        <MenuButton label={t('room.menu')} face={<Icon name="menu" />}>
          {(close) => <SettingsMenu settings={settings} tenderId={tender.id} isPractice={isPractice} onSheet={onSheet} close={close} />}
        </MenuButton>
      </div>
    </header>
  );
}

const SETTINGS = [
  { name: 'quiet', on: 'room.quiet_on', off: 'room.quiet_off' },
  { name: 'sound', on: 'room.sound_on', off: 'room.sound_off' },
  { name: 'notify', on: 'room.notify_on', off: 'room.notify_off' },
  { name: 'awake', on: 'room.awake_on', off: 'room.awake_off' },
  { name: 'keys', on: 'keys.on', off: 'keys.off' },
] as const satisfies readonly { name: Setting; on: string; off: string }[];

interface SettingsMenuProps {
  settings: RoomSettings;
  tenderId: string;
  isPractice: boolean;
  onSheet: (sheet: RoomSheet) => void;
  close: () => void;
}

function SettingsMenu({ settings, tenderId, isPractice, onSheet, close }: SettingsMenuProps) {
  const { t } = useWords('live-rounds');
  return (
    <div className={css['menu']} onClick={close}>
      {SETTINGS.map(({ name, on, off }) => (
        <button key={name} type="button" aria-pressed={settings[name]} onClick={() => (name === 'notify' ? void toggleNotices() : toggleSetting(name))}>
          {t(settings[name] ? on : off)}
        </button>
      ))}
      <button type="button" onClick={() => onSheet('keys')}>
        {t('keys.title')} <kbd>?</kbd>
      </button>
      <button type="button" onClick={() => onSheet('desk')}>
        {t('room.help')}
      </button>
      <ButtonLink to={isPractice ? '/home' : `/tenders/${tenderId}`} icon="back" wide>
        {t('room.leave')}
      </ButtonLink>
    </div>
  );
}
