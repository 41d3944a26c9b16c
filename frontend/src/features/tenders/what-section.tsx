// What is bought: a title, a category; texts and terms folded away until somebody wants them.
import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Panel } from '@/ui/panel';

import { useCategories } from './api';
import type { SectionProps } from './section-props';
import css from './builder.module.css';
import { DraftArea, DraftSelect, DraftText } from './draft-field';

export function WhatSection({ draft, change, faults, isTried }: SectionProps) {
  const { t, lang } = useWords('tenders');
  const categories = useCategories();
  const options = (categories.data ?? []).map((each) => ({ value: each.code, label: pick(lang, { zh: each.name_zh, en: each.name_en }) }));
  const text = (name: 'title_zh' | 'title_en') => ({
    path: name,
    faults,
    isTried,
    value: draft[name],
    onValue: (value: string) => change((before) => ({ ...before, [name]: value })),
  });
  const area = (name: 'summary_zh' | 'summary_en' | 'terms_zh' | 'terms_en' | 'purchaser_note') => ({
    path: name,
    faults,
    isTried,
    value: draft[name],
    onValue: (value: string) => change((before) => ({ ...before, [name]: value })),
  });
  return (
    <Panel title={t('form.what')}>
      <div className={css['fields']}>
        <DraftText {...text('title_zh')} label={t('form.title_zh')} lang="zh-CN" autoFocus={draft.title_zh === ''} />
        <DraftText {...text('title_en')} label={t('form.title_en')} lang="en" optional />
        <DraftSelect
          path="category"
          faults={faults}
          isTried={isTried}
          label={t('words:category')}
          value={draft.category}
          onValue={(category) => change((before) => ({ ...before, category }))}
          options={[{ value: '', label: t('form.choose') }, ...options]}
        />
      </div>
      <details className={css['more']}>
        <summary>{t('form.more_texts')}</summary>
        <div className={css['fields']}>
          <DraftArea {...area('summary_zh')} label={t('form.summary_zh')} lang="zh-CN" optional />
          <DraftArea {...area('summary_en')} label={t('form.summary_en')} lang="en" optional />
          <DraftArea {...area('terms_zh')} label={t('form.terms_zh')} lang="zh-CN" optional />
          <DraftArea {...area('terms_en')} label={t('form.terms_en')} lang="en" optional />
          <DraftArea {...area('purchaser_note')} label={t('form.note')} hint={t('form.note_hint')} optional />
        </div>
      </details>
    </Panel>
  );
}
