// What a criterion weighs in all technical points, and the groups it stands in.
import { useWords } from '@/i18n/use-words';

import type { Criterion, Sheet } from './queries';
import { groupsAbove, shareOfAll } from './words-of';

export function CriterionWeight({ rules, criterion }: { rules: Pick<Sheet['rules'], 'groups'>; criterion: Criterion }) {
  const { t, lang } = useWords('evaluation');
  const groups = groupsAbove(lang, rules, criterion);
  return (
    <span className="small muted">
      {groups.length > 0 && `${groups.join(' › ')} · `}
      {t('grid.weight', { weight: shareOfAll(rules, criterion) })}
    </span>
  );
}
