// What is asked in each category: written in both languages, published as the next version, which asks everybody again.

import { useState } from 'react';

import { useCategoryNames } from '@/api/categories';
import { useSignedIn } from '@/api/session';
import { pick, pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { SelectField, TextField } from '@/ui/field';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { Empty } from '@/ui/states';
import { asProblem } from '@/api/problem';

import { QuestionEditor } from './question-editor';
import { usePublish, useQuestionnaires, type Question, type Questionnaire } from './survey-queries';

const USUAL_DAYS = 365;
const BLANK: Question = { id: '', kind: 'yes_no', title_zh: '', title_en: '', is_must: true, unit: '', choices: [] };

export default function QuestionnairesPage() {
  const { t, lang } = useWords('suppliers');
  const { roles } = useSignedIn();
  const mayWrite = roles.includes('purchaser') || roles.includes('admin');
  const { list } = useCategoryNames();
  const all = useQuestionnaires();
  const [category, setCategory] = useState<string | null>(null);
  const chosen = category ?? all.data?.find((one) => one.questions.length > 0)?.category ?? list[0]?.code ?? '';
  return (
    <>
      <PageHeader title={t('survey.title')} lead={t('survey.lead')} />
      <QueryView query={all}>
        {(questionnaires) => {
          const current = questionnaires.find((one) => one.category === chosen);
          const asked = (code: string) => questionnaires.some((one) => one.category === code && one.questions.length > 0);
          return (
            <div className="stack">
              <SelectField
                label={t('survey.category')}
                value={chosen}
                onChange={(event) => setCategory(event.target.value)}
                options={list.map((one) => ({ value: one.code, label: asked(one.code) ? t('survey.asked', { name: pickName(lang, one) }) : pickName(lang, one) }))}
              />
              {mayWrite ? (
                <Editor key={`${chosen}-${current?.version ?? 0}`} category={chosen} current={current} />
              ) : (
                <Reading current={current} />
              )}
            </div>
          );
        }}
      </QueryView>
    </>
  );
}

function Reading({ current }: { current: Questionnaire | undefined }) {
  const { t, lang } = useWords('suppliers');
  if (!current || current.questions.length === 0) return <Empty title={t('survey.none')}>{t('survey.none_why')}</Empty>;
  return (
    <Panel title={t('survey.questions')} note={t('survey.version', { version: current.version })}>
      <ol>
        {current.questions.map((one) => (
          <li key={one.id}>{pick(lang, { zh: one.title_zh, en: one.title_en })}</li>
        ))}
      </ol>
    </Panel>
  );
}

function Editor({ category, current }: { category: string; current: Questionnaire | undefined }) {
  const { t } = useWords('suppliers');
  const publish = usePublish(category);
  const [questions, setQuestions] = useState<readonly Question[]>(current?.questions ?? []);
  const [days, setDays] = useState(String(current?.valid_days ?? USUAL_DAYS));
  const faults = publish.error ? asProblem(publish.error).detail : {};
  const change = (at: number, next: Question | null) =>
    setQuestions(next === null ? questions.filter((_, place) => place !== at) : questions.map((one, place) => (place === at ? next : one)));
  const move = (at: number) => setQuestions(questions.map((one, place) => (place === at - 1 ? (questions[at] ?? one) : place === at ? (questions[at - 1] ?? one) : one)));
  return (
    <>
      <Panel
        title={t('survey.questions')}
        note={current ? t('survey.version', { version: current.version }) : t('survey.none')}
        actions={
          <Button size="small" icon="plus" onClick={() => setQuestions([...questions, BLANK])}>
            {t('survey.add')}
          </Button>
        }
      >
        <div className="stack">
          {questions.length === 0 && <p className="muted">{t('survey.none_why')}</p>}
          {questions.map((one, at) => (
            <QuestionEditor
              key={one.id || `new-${String(at)}`}
              number={at + 1}
              one={one}
              fault={faults[String(at)]}
              onChange={(next) => change(at, next)}
              onUp={at === 0 ? null : () => move(at)}
            />
          ))}
          <TextField label={t('survey.valid_days')} hint={t('survey.valid_hint')} inputMode="numeric" value={days} onChange={(event) => setDays(event.target.value.replace(/\D/g, ''))} />
        </div>
      </Panel>
      <Banner role="note">{t('survey.effect')}</Banner>
      <ProblemAlert error={publish.error} title={publish.isError ? t('common:states.not_saved') : undefined} />
      <div className="row">
        <Button look="primary" busy={publish.isPending} onClick={() => publish.mutate({ questions: [...questions], valid_days: Number(days), after: current?.version ?? 0 })}>
          {t('survey.publish', { version: (current?.version ?? 0) + 1 })}
        </Button>
      </div>
    </>
  );
}
