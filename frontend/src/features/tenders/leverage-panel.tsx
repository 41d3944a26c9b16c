// What is worth how much of the total: one percent off the price, one level of each criterion (PL-04).
import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Facts } from '@/ui/facts';
import { Panel } from '@/ui/panel';

import { useComparison } from './api';

interface Titled {
  id: string;
  title_zh: string;
  title_en: string;
}

export function LeveragePanel({ tenderId, criteria }: { tenderId: string; criteria: readonly Titled[] }) {
  const { t, lang } = useWords('tenders');
  const { data } = useComparison(tenderId);
  const leverage = data?.leverage;
  if (!leverage || (leverage.percent === null && leverage.levels.length === 0)) return null;
  const titleOf = (id: string) => {
    const found = criteria.find((each) => each.id === id);
    return found === undefined ? id : pick(lang, { zh: found.title_zh, en: found.title_en });
  };
  const points = (value: string) => t('leverage.points', { points: value });
  return (
    <Panel title={t('leverage.title')} note={t('leverage.note')}>
      <Facts
        items={[
          ...(leverage.percent === null ? [] : [{ term: t('leverage.percent'), value: points(leverage.percent) }]),
          ...leverage.levels.map((level) => ({ term: t('leverage.level', { name: titleOf(level.criterion) }), value: points(level.points) })),
        ]}
      />
    </Panel>
  );
}
