// Buttons of all pages, without the big kit: the live room uses them too.

import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Link } from 'react-router';

import css from './button.module.css';
import { Icon, type IconName } from './icon';

export type ButtonLook = 'primary' | 'plain' | 'quiet' | 'danger';
export type ButtonSize = 'small' | 'normal' | 'large';

interface Look {
  look?: ButtonLook;
  size?: ButtonSize;
  wide?: boolean;
  icon?: IconName;
}

function classes({ look = 'plain', size = 'normal', wide = false }: Look, extra = ''): string {
  return [css['button'], css[look], size === 'normal' ? '' : css[size], wide ? css['wide'] : '', extra].filter(Boolean).join(' ');
}

type ButtonProps = Look & Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className'> & { busy?: boolean; className?: string };

/** A button is never a submit by accident; busy keeps its place and its words, and does not fire twice. */
export function Button({ look, size, wide, icon, busy = false, children, onClick, type = 'button', className, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={classes({ look, size, wide }, className)}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy ? <span className={css['spinner']} aria-hidden="true" /> : icon && <Icon name={icon} size={size === 'small' ? 15 : 17} />}
      {children}
    </button>
  );
}

/** Looks like a button, goes somewhere: a link inside the product. */
export function ButtonLink({ to, look, size, wide, icon, children }: Look & { to: string; children: ReactNode }) {
  return (
    <Link to={to} className={classes({ look, size, wide })}>
      {icon && <Icon name={icon} size={17} />}
      {children}
    </Link>
  );
}

/** A download or an address outside the pages. */
export function ButtonAnchor({ href, download, look, size, icon, children }: Look & { href: string; download?: string | boolean; children: ReactNode }) {
  return (
    <a href={href} download={download} className={classes({ look, size })}>
      {icon && <Icon name={icon} size={17} />}
      {children}
    </a>
  );
}
