// The head of a page: what it is, one sentence why one is here, and the one next action.

import { useEffect, type ReactNode } from 'react';
import { Link } from 'react-router';

import { useWords } from '@/i18n/use-words';

import { Icon } from './icon';
import css from './page-header.module.css';

interface PageHeaderProps {
  title: string;
  lead?: ReactNode;
  /** Beside the title: a state. */
  mark?: ReactNode;
  back?: { to: string; label: string };
  actions?: ReactNode;
}

export function PageHeader({ title, lead, mark, back, actions }: PageHeaderProps) {
  useTabTitle(title);
  return (
    <header className={css['header']}>
      <div className={css['text']}>
        {back && (
          <Link className={css['back']} to={back.to}>
            <Icon name="back" size={14} />
            {back.label}
          </Link>
        )}
        <h1 className={css['title']}>
          <span>{title}</span>
          {mark}
        </h1>
        {lead && <p className={css['lead']}>{lead}</p>}
      </div>
      {actions && <div className="row">{actions}</div>}
    </header>
  );
}

/** The tab says where one is. */
export function useTabTitle(title: string): void {
  const { t } = useWords();
  const product = t('words:product');
  useEffect(() => {
    document.title = title ? `${title} · ${product}` : product;
  }, [title, product]);
}
