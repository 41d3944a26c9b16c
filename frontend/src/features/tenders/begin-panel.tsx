// The beginnings, one click each: a draft with sensible defaults is made at once and opened.
import { useWords } from '@/i18n/use-words';
import { Icon, type IconName } from '@/ui/icon';

import type { Template } from './api';
import css from './portfolio.module.css';

const TEMPLATES: readonly { template: Template; icon: IconName }[] = [
  { template: 'quick', icon: 'gavel' },
  { template: 'multi_lot', icon: 'timeline' },
  { template: 'best_price', icon: 'chart' },
  { template: 'sealed', icon: 'lock' },
  { template: 'large', icon: 'seal' },
  { template: 'scored', icon: 'sort' },
];

export function BeginPanel({ busy, onBegin }: { busy: boolean; onBegin: (template: Template) => void }) {
  const { t } = useWords('tenders');
  return (
    <section aria-label={t('begin.title')} className={css['begin']}>
      {TEMPLATES.map(({ template, icon }) => (
        <button key={template} type="button" className={css['template']} aria-disabled={busy || undefined} onClick={() => !busy && onBegin(template)}>
          <span className={css['mark']}>
            <Icon name={icon} size={20} />
          </span>
          <span className={css['words']}>
            <strong>{t(`begin.${template}`)}</strong>
            <span>{t(`begin.${template}_why`)}</span>
          </span>
          <Icon name="plus" size={18} />
        </button>
      ))}
    </section>
  );
}
