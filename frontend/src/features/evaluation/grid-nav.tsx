// Where one is in the sheet: the criteria (or offers) with what is done of each; a list on a desk, a choice on a phone.

import { useId } from 'react';

import { useWords } from '@/i18n/use-words';
import { Icon } from '@/ui/icon';

import type { Count } from './cells';
import css from './evaluation.module.css';

export interface Stop {
  key: string;
  label: string;
  count?: Count;
  /** Instead of a count. */
  note?: string;
}

interface GridNavProps {
  label: string;
  stops: readonly Stop[];
  present: string;
  onGo: (key: string) => void;
}

export function GridNav({ label, stops, present, onGo }: GridNavProps) {
  const { t } = useWords('evaluation');
  const id = useId();
  const textOf = ({ count, note = '' }: Stop) => (count ? t('grid.done_of', { done: count.done, total: count.total }) : note);
  const isFull = ({ count }: Stop) => count !== undefined && count.done === count.total;
  return (
    <>
      <nav aria-label={label} className={css['nav']}>
        <ol>
          {stops.map((stop) => (
            <li key={stop.key}>
              <button type="button" className={css['stop']} aria-current={stop.key === present ? 'step' : undefined} onClick={() => onGo(stop.key)}>
                <span className={css['stopName']}>{stop.label}</span>
                <span className={css['stopCount']} data-full={isFull(stop) || undefined}>
                  {isFull(stop) && <Icon name="check" size={13} />}
                  {textOf(stop)}
                </span>
              </button>
            </li>
          ))}
        </ol>
      </nav>
      <div className={css['choose']}>
        <label htmlFor={id}>{label}</label>
        <select id={id} value={present} onChange={(event) => onGo(event.target.value)}>
          {stops.map((stop) => (
            <option key={stop.key} value={stop.key}>
              {textOf(stop) === '' ? stop.label : `${stop.label} (${textOf(stop)})`}
            </option>
          ))}
        </select>
      </div>
    </>
  );
}
