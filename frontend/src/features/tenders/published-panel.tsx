// Published questions and answers (d48), for everybody in the tender; the reader's language first.
import type { ReactNode } from 'react';

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';
import { Empty } from '@/ui/states';

import { useQuestions, type Questions } from './question-data';
import css from './questions.module.css';

export function PublishedPanel({ tenderId, actions }: { tenderId: string; actions?: ReactNode }) {
  const { t } = useWords('questions');
  const questions = useQuestions(tenderId);
  return (
    <Panel title={t('title')} note={t('published.title')} actions={actions}>
      <QueryView query={questions}>{(shown) => <PublishedList questions={shown} />}</QueryView>
    </Panel>
  );
}

export function PublishedList({ questions }: { questions: Questions }) {
  const { t, lang } = useWords('questions');
  if (questions.published.length === 0) {
    return (
      <Empty icon="help" title={t('published.none')}>
        <p>{t('published.none_why')}</p>
      </Empty>
    );
  }
  return (
    <ul className={css['list']}>
      {questions.published.map((one) => (
        <li key={one.id} className={css['pair']}>
          <p className={css['question']}>{one.text}</p>
          <p className={css['answer']}>{pick(lang, one)}</p>
          <details className="small muted">
            <summary>{t('published.other')}</summary>
            <p className={css['answer']} lang={lang === 'zh' ? 'en' : 'zh'}>
              {lang === 'zh' ? one.en : one.zh}
            </p>
          </details>
          <p className="small muted">
            {t('published.at')} <Instant at={one.published_at} zone={questions.time_zone} named />
          </p>
        </li>
      ))}
    </ul>
  );
}
