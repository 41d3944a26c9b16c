// The anchored levels of a criterion: what each mark from 0 to 5 means, in sight while one marks; on a phone behind a fold.

import { useId, useState } from 'react';

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Icon } from '@/ui/icon';

import { MARKS } from './cells';
import css from './evaluation.module.css';
import type { Criterion } from './queries';

export function Levels({ criterion, sticks = false }: { criterion: Criterion; sticks?: boolean }) {
  const { t, lang } = useWords('evaluation');
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className={css['levelsFold']} aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)}>
        {t('grid.meaning')}
        <Icon name="down" size={16} />
      </button>
      <dl id={id} className={`${css['levels'] ?? ''} ${sticks ? (css['sticks'] ?? '') : ''}`} data-folded={!isOpen || undefined} aria-label={t('grid.levels', { number: criterion.number })}>
        {MARKS.map((mark) => (
          <div key={mark} className={css['level']}>
            <dt>{mark}</dt>
            <dd>{pick(lang, criterion.levels[mark] ?? { zh: '', en: '' })}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
