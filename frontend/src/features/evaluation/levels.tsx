// The anchored levels of a criterion: what each mark from 0 to 5 means, always in sight while one marks.

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';

import { MARKS } from './cells';
import css from './evaluation.module.css';
import type { Criterion } from './queries';

export function Levels({ criterion, sticks = false }: { criterion: Criterion; sticks?: boolean }) {
  const { t, lang } = useWords('evaluation');
  return (
    <dl className={`${css['levels'] ?? ''} ${sticks ? (css['sticks'] ?? '') : ''}`} aria-label={t('grid.levels', { number: criterion.number })}>
      {MARKS.map((mark) => (
        <div key={mark} className={css['level']}>
          <dt>{mark}</dt>
          <dd>{pick(lang, criterion.levels[mark] ?? { zh: '', en: '' })}</dd>
        </div>
      ))}
    </dl>
  );
}
