// A button that opens a small sheet of links and buttons: a disclosure, closed by Escape, by leaving it and by choosing.

import { useEffect, useId, useRef, useState, type ReactNode } from 'react';

import css from './menu-button.module.css';

interface MenuButtonProps {
  /** Said before the words of the face. */
  label: string;
  face: ReactNode;
  children: (close: () => void) => ReactNode;
}

export function MenuButton({ label, face, children }: MenuButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const wrap = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isOpen) return undefined;
    const onPointer = (event: PointerEvent) => {
      if (event.target instanceof Node && !wrap.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', onPointer);
    return () => {
      document.removeEventListener('pointerdown', onPointer);
    };
  }, [isOpen]);
  return (
    <div
      ref={wrap}
      className={css['wrap']}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isOpen) return;
        setOpen(false);
        button.current?.focus();
      }}
      onBlur={(event) => {
        if (event.relatedTarget instanceof Node && !event.currentTarget.contains(event.relatedTarget)) setOpen(false);
      }}
    >
      <button
        ref={button}
        type="button"
        className={css['button']}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => {
          setOpen(!isOpen);
        }}
      >
        <span className="visually-hidden">{label}</span>
        {face}
      </button>
      <div id={id} className={css['sheet']} hidden={!isOpen}>
        {isOpen &&
          children(() => {
            setOpen(false);
          })}
      </div>
    </div>
  );
}
