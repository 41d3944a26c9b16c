// A dialog or a drawer on the browser's own <dialog>: focus stays inside, Escape closes, focus returns.
// Once something was typed in it, neither a slip of the hand nor Escape throws it away: it asks first.

import { useEffect, useId, useRef, useState, type ReactNode } from 'react';

import { useWords } from '@/i18n/use-words';

import { Button } from './button';
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
  const isTyped = useRef(false);
  const [isAsking, setAsking] = useState(false);
  useEffect(() => {
    const opened = dialog.current;
    if (opened && !opened.open) opened.showModal();
    return () => {
      opened?.close();
    };
  }, []);
  const leave = () => {
    if (isTyped.current) setAsking(true);
    else onClose();
  };
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      className={[css['sheet'], as === 'drawer' ? css['drawer'] : '', wide ? css['wide'] : ''].join(' ')}
      onInput={() => {
        isTyped.current = true;
      }}
      onDrop={() => {
        // A file let fall on the sheet is no input of a field.
        isTyped.current = true;
      }}
      onCancel={(event) => {
        // A file chooser that is left also says "cancel".
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        leave();
      }}
      onClose={() => {
        // A second Escape closes it whatever the page says; while it is rendered it belongs on the screen.
        const left = dialog.current;
        if (left === null || left.open) return;
        if (isTyped.current) left.showModal();
        leave();
        left.querySelector<HTMLElement>('[data-keep] button')?.focus();
      }}
      onClick={(event) => {
        // The backdrop is the dialog itself; what is inside has its own elements.
        if (event.target === event.currentTarget) leave();
      }}
    >
      <div className={css['inside']}>
        <header className={css['head']}>
          <h2 id={id}>{title}</h2>
          <button type="button" className={css['close']} aria-label={t('actions.close')} onClick={leave}>
            <Icon name="close" />
          </button>
        </header>
        <div className={css['body']}>{children}</div>
        {isAsking ? <Unsent onKeep={() => setAsking(false)} onDrop={onClose} /> : foot && <footer className={css['foot']}>{foot}</footer>}
      </div>
    </dialog>
  );
}

function Unsent({ onKeep, onDrop }: { onKeep: () => void; onDrop: () => void }) {
  const { t } = useWords();
  const keep = useRef<HTMLDivElement>(null);
  useEffect(() => {
    keep.current?.querySelector('button')?.focus();
  }, []);
  return (
    <footer className={css['foot']}>
      <p role="alert" className={css['unsent']}>
        {t('sheet.unsaved')}
      </p>
      <div ref={keep} data-keep className="row">
        <Button look="primary" onClick={onKeep}>
          {t('sheet.keep')}
        </Button>
        <Button onClick={onDrop}>{t('sheet.drop')}</Button>
      </div>
    </footer>
  );
}
