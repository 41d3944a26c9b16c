// A message that stays in the page. Urgent ones are alerts, the others are read when the reader gets there.

import type { ReactNode } from 'react';

import css from './banner.module.css';
import { Icon, type IconName } from './icon';

export type BannerTone = 'calm' | 'good' | 'warn' | 'bad';

const ICONS: Readonly<Record<BannerTone, IconName>> = { calm: 'info', good: 'check', warn: 'warn', bad: 'bad' };

interface BannerProps {
  tone?: BannerTone;
  title?: ReactNode;
  actions?: ReactNode;
  /** How it is announced when it appears. */
  role?: 'alert' | 'status' | 'note';
  children?: ReactNode;
}

export function Banner({ tone = 'calm', title, actions, role, children }: BannerProps) {
  return (
    <div className={`${css['banner'] ?? ''} ${css[tone] ?? ''}`} role={role ?? (tone === 'bad' ? 'alert' : 'note')}>
      <span className={css['icon']}>
        <Icon name={ICONS[tone]} />
      </span>
      <div className={css['text']}>
        {title && <p className={css['title']}>{title}</p>}
        {children}
      </div>
      {actions && <div className={`row ${css['actions'] ?? ''}`}>{actions}</div>}
    </div>
  );
}
