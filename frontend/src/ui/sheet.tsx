// A dialog or a drawer on the browser's own <dialog>: focus stays inside, Escape closes, focus returns.

import { useEffect, useId, useRef, type ReactNode } from 'react';

import { useWords } from '@/i18n/use-words';

import { Icon } from './icon';
import css from './sheet.module.css';

interface SheetProps {
  title: ReactNode;
  onClose: () => void;
  as?: 'dialog' | 'drawer';
  wide?: boolean;
  foot?: ReactNode;
  children: ReactNode;
}

/** Open while it is rendered. */
export function Sheet({ title, onClose, as = 'dialog', wide = false, foot, children }: SheetProps) {
  const { t } = useWords();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const opened = dialog.current;
    if (opened && !opened.open) opened.showModal();
    return () => {
      opened?.close();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      className={[css['sheet'], as === 'drawer' ? css['drawer'] : '', wide ? css['wide'] : ''].join(' ')}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        // The backdrop is the dialog itself; what is inside has its own elements.
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div className={css['inside']}>
        <header className={css['head']}>
          <h2 id={id}>{title}</h2>
          <button type="button" className={css['close']} aria-label={t('actions.close')} onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        <div className={css['body']}>{children}</div>
        {foot && <footer className={css['foot']}>{foot}</footer>}
      </div>
    </dialog>
  );
}
