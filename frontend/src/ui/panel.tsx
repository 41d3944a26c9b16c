// A titled sheet of paper: the one container of all desk pages.

import { useId, type ReactNode } from 'react';

import css from './panel.module.css';

interface PanelProps {
  title?: ReactNode;
  note?: ReactNode;
  actions?: ReactNode;
  foot?: ReactNode;
  /** Content reaches the edges: tables and lists. */
  flush?: boolean;
  children: ReactNode;
}

export function Panel({ title, note, actions, foot, flush = false, children }: PanelProps) {
  const id = useId();
  return (
    <section className={css['panel']} {...(title ? { 'aria-labelledby': id } : {})}>
      {title && (
        <header className={css['head']}>
          <div className="row">
            <h2 id={id}>{title}</h2>
            {note && <span className={css['note']}>{note}</span>}
          </div>
          {actions && <div className="row">{actions}</div>}
        </header>
      )}
      <div className={`${css['body'] ?? ''} ${flush ? (css['flush'] ?? '') : ''}`}>{children}</div>
      {foot && <footer className={css['foot']}>{foot}</footer>}
    </section>
  );
}
