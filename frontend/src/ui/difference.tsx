// What was and what will be: struck out and marked, said in words for those who hear it.

import type { ReactNode } from 'react';

import css from './record-view.module.css';

export function Difference({ was, is }: { was: ReactNode; is: ReactNode }) {
  return (
    <span>
      <del className={css['was']}>{was}</del> <span aria-hidden="true">→</span> <ins className={css['is']}>{is}</ins>
    </span>
  );
}
