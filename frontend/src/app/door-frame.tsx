// The calm sheet around the door, the sign-in and the one-time links.

import type { ReactNode } from 'react';
import { Link } from 'react-router';

import { Brand } from '@/ui/brand';
import { LanguageSwitch } from '@/ui/language-switch';

import css from './door-frame.module.css';

export function DoorFrame({ children }: { children: ReactNode }) {
  return (
    <div className={css['frame']}>
      <header className={css['bar']}>
        <Link to="/" className={css['home']}>
          <Brand />
        </Link>
        <LanguageSwitch />
      </header>
      <main className={css['main']}>{children}</main>
    </div>
  );
}
