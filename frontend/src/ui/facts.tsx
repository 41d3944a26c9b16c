// Facts as terms and values; wraps by itself from four columns to one.

import type { ReactNode } from 'react';

import css from './facts.module.css';

export function Facts({ items }: { items: readonly { term: string; value: ReactNode }[] }) {
  return (
    <dl className={css['facts']}>
      {items.map(({ term, value }) => (
        <div key={term} className={css['fact']}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
