// The navigation: the pages one's roles may open, in the order of the process.

import { NavLink } from 'react-router';

import type { Me } from '@/api/session';
import { useWords } from '@/i18n/use-words';
import { Icon } from '@/ui/icon';
import type { NavPlace, Page } from '@/ui/page';

import css from './desk-frame.module.css';
import { mayOpen, pages } from './pages';

const GROUPS: readonly NavPlace['group'][] = ['work', 'suppliers', 'process', 'control', 'record', 'house'];

interface Placed extends Page {
  nav: NavPlace;
}

function placesOf(me: Me): Placed[] {
  return pages
    .filter((page): page is Placed => page.nav !== undefined && mayOpen(page, me))
    .filter((page) => page.nav.roles === undefined || page.nav.roles.some((role) => me.roles.includes(role)));
}

export function Navigation({ me, onGo }: { me: Me; onGo?: () => void }) {
  const { t } = useWords('frame');
  const places = placesOf(me);
  return (
    <nav aria-label={t('navigation')} className={css['nav']}>
      {GROUPS.map((group) => {
        const inGroup = places.filter((page) => page.nav.group === group);
        if (inGroup.length === 0) return null;
        return (
          <div key={group} className={css['group']}>
            <p className={css['groupName']} id={`nav-${group}`}>
              {t(`groups.${group}`)}
            </p>
            <ul aria-labelledby={`nav-${group}`}>
              {inGroup.map((page) => (
                <li key={page.path}>
                  <NavLink
                    to={page.path}
                    className={({ isActive }) => `${css['place'] ?? ''} ${isActive ? (css['here'] ?? '') : ''}`}
                    onClick={() => onGo?.()}
                  >
                    <Icon name={page.nav.icon} />
                    {t(page.nav.label)}
                  </NavLink>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}
