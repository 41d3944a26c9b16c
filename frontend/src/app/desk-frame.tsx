// The desk: rail with the process, header with language, notices and account, the demo's banner, and the page.

import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Link, useLocation } from 'react-router';

import type { Me } from '@/api/session';
import { homeOf } from '@/domain/roles';
import { useWords } from '@/i18n/use-words';
import { Brand } from '@/ui/brand';
import { Icon } from '@/ui/icon';
import { Kit } from '@/ui/kit';
import { LanguageSwitch } from '@/ui/language-switch';

import { AccountMenu } from './account-menu';
import { Bell } from './bell';
import { DemoBanner } from './demo-banner';
import css from './desk-frame.module.css';
import { HouseClock } from './house-clock';
import { Navigation } from './navigation';
import { SealingMark } from './sealing-mark';
import { SessionWarning } from './session-warning';
import { WitnessMark } from './witness-mark';

export function DeskFrame({ me, children }: { me: Me; children: ReactNode }) {
  const { t } = useWords('frame');
  return (
    <Kit>
      <a href="#page" className={css['skip']}>
        {t('skip')}
      </a>
      {me.demo && <DemoBanner />}
      <div className={css['frame']}>
        <aside className={css['rail']} aria-label={t('menu')}>
          <Link to={homeOf(me.roles)} className={css['home']}>
            <Brand />
          </Link>
          <Navigation me={me} />
          <HouseClock />
        </aside>
        <div className={css['column']}>
          <header className={css['header']}>
            <Drawer me={me} />
            <div className={css['tools']}>
              <LanguageSwitch />
              <Bell />
              <AccountMenu me={me} />
            </div>
          </header>
          <main id="page" tabIndex={-1} className={css['page']}>
            {children}
          </main>
          <footer className={css['foot']}>
            <WitnessMark />
            {me.roles.includes('supplier') && <SealingMark />}
          </footer>
        </div>
      </div>
      <SessionWarning />
    </Kit>
  );
}

/** On narrow screens the rail is a dialog: the browser keeps the focus inside and Escape closes it. */
function Drawer({ me }: { me: Me }) {
  const { t } = useWords('frame');
  const dialog = useRef<HTMLDialogElement>(null);
  const [isOpen, setOpen] = useState(false);
  const { pathname } = useLocation();
  useEffect(() => {
    dialog.current?.close();
  }, [pathname]);
  return (
    <div className={css['narrow']}>
      <button
        type="button"
        className={css['tool']}
        aria-label={t('menu')}
        aria-expanded={isOpen}
        onClick={() => {
          dialog.current?.showModal();
          setOpen(true);
        }}
      >
        <Icon name="menu" size={22} />
      </button>
      <Link to={homeOf(me.roles)} className={css['homeNarrow']} aria-label={t('words:product')}>
        <Brand sub={false} />
      </Link>
      <dialog
        ref={dialog}
        className={css['drawer']}
        aria-label={t('menu')}
        onClose={() => {
          setOpen(false);
        }}
        onClick={(event) => {
          if (event.target === event.currentTarget) dialog.current?.close();
        }}
      >
        <div className={css['drawerInside']}>
          <div className="spread">
            <Brand />
            <button type="button" className={css['toolDark']} aria-label={t('close_menu')} onClick={() => dialog.current?.close()}>
              <Icon name="close" size={22} />
            </button>
          </div>
          <Navigation me={me} onGo={() => dialog.current?.close()} />
          <HouseClock />
        </div>
      </dialog>
    </div>
  );
}
