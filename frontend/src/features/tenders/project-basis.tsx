// What the project of a draft says, field by field, beside the draft as it is: what differs is told in words.

import { useCategoryNames } from '@/api/categories';
import type { components } from '@/api/schema';
import { useWords } from '@/i18n/use-words';
import { Tag } from '@/ui/state-tag';

type Said = components['schemas']['SaidView'];

export function ProjectBasis({ said }: { said: readonly Said[] }) {
  const { t } = useWords('tenders');
  const { nameOf } = useCategoryNames();
  if (said.length === 0) return null;
  const none = t('common:table.none');
  const shown = (one: Said, value: string) => (value === '' ? none : one.field === 'category' ? nameOf(value) : value);
  const verdict = (one: Said) => {
    if (one.field !== 'ceiling_price') return <Tag tone={one.is_same ? 'calm' : 'warn'}>{t(one.is_same ? 'project.said.same' : 'project.said.differs')}</Tag>;
    return one.draft === '' ? null : <Tag tone={one.is_same ? 'calm' : 'warn'}>{t(one.is_same ? 'project.said.within' : 'project.said.over')}</Tag>;
  };
  return (
    <section className="stack-tight">
      <h3>{t('project.said.title')}</h3>
      <p className="small muted">{t('project.said.lead')}</p>
      <ul className="stack-tight">
        {said.map((one) => (
          <li key={one.field}>
            <span className="row">
              <span className="small muted">{t(`project.said.fields.${one.field}`)}</span>
              {verdict(one)}
            </span>
            <div>{shown(one, one.project)}</div>
            {one.draft !== '' && one.draft !== one.project && <div className="small">{t('project.said.in_draft', { value: shown(one, one.draft) })}</div>}
          </li>
        ))}
      </ul>
    </section>
  );
}
