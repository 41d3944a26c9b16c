// The sheet of sign-in, invitation and reset.

import type { ReactNode } from 'react';

import { focusFirstFault } from '@/ui/focus-fault';
import { useTabTitle } from '@/ui/page-header';

import css from './card.module.css';

interface CardProps {
  title: string;
  lead?: ReactNode;
  links?: ReactNode;
  children: ReactNode;
}

export function Card({ title, lead, links, children }: CardProps) {
  useTabTitle(title);
  return (
    <div className={css['card']}>
      <header className={css['head']}>
        <h1>{title}</h1>
        {lead && <p className="muted">{lead}</p>}
      </header>
      {children}
      {links && <div className={css['links']}>{links}</div>}
    </div>
  );
}

export function CardForm({ onSubmit, children }: { onSubmit: () => void; children: ReactNode }) {
  return (
    <form
      className={css['form']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        focusFirstFault(event.currentTarget);
        onSubmit();
      }}
    >
      {children}
    </form>
  );
}
