// The request as it was written.

import { useCategoryNames } from '@/api/categories';
import { quantityText } from '@/domain/units';
import { useWords } from '@/i18n/use-words';
import { Facts } from '@/ui/facts';
import { Panel } from '@/ui/panel';
import { Tag } from '@/ui/state-tag';

import css from './demand.module.css';
import type { Need, Project } from './queries';

export function NeedPanel({ held, need }: { held: Project; need: Need }) {
  const { t, lang } = useWords('demand');
  const { nameOf } = useCategoryNames();
  const none = t('common:table.none');
  return (
    <Panel title={t('need.what')}>
      <div className="stack">
        <Facts
          items={[
            { term: t('need.item'), value: need.item || none },
            { term: t('need.category'), value: held.category ? nameOf(held.category) : none },
            { term: t('need.quantity'), value: need.quantity ? quantityText(lang, need.quantity, need.unit ?? '') : none },
            { term: t('need.needed_on'), value: need.needed_on || none },
          ]}
        />
        <Text term={t('need.specification')} text={need.specification} />
        <Text term={t('need.use')} text={need.use} />
        <Text term={t('need.earlier')} text={need.earlier} />
        {(need.requirements ?? []).length > 0 && (
          <ul className="stack-tight" aria-label={t('need.requirements')}>
            {(need.requirements ?? []).map((each, place) => (
              <li key={place} className="row">
                <Tag tone={each.kind === 'must' ? 'live' : 'calm'}>{t(`need.${each.kind}`)}</Tag>
                <span>{each.text}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Panel>
  );
}

function Text({ term, text }: { term: string; text: string | undefined }) {
  if (!text) return null;
  return (
    <div className="stack-tight">
      <h3 className="small muted">{term}</h3>
      <p className={css['said']}>{text}</p>
    </div>
  );
}
