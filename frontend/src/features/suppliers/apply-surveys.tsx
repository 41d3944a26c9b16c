// What the categories of an applicant ask: answered with the application itself, for there is no account yet.

import { useEffect } from 'react';

import { asProblem } from '@/api/problem';
import { Panel } from '@/ui/panel';
import { useWords } from '@/i18n/use-words';

import { CategoryNames } from './category-names';
import { QuestionFields } from './question-fields';
import { useAsked, type Answers } from './survey-queries';

/** Answers by questionnaire. */
export type Given = Record<string, Record<string, string>>;

interface ApplySurveysProps {
  categories: readonly string[];
  error: unknown;
  given: Given;
  onChange: (given: Given) => void;
}

export function ApplySurveys({ categories, error, given, onChange }: ApplySurveysProps) {
  const { t } = useWords('suppliers');
  const asked = useAsked(categories);
  const list = categories.length === 0 ? [] : (asked.data ?? []);
  const ids = list.map((one) => one.id).join(' ');
  useEffect(() => {
    // A category that was unticked asks nothing any more: its answers are not sent.
    const kept = Object.entries(given).filter(([id]) => ids.split(' ').includes(id));
    if (kept.length < Object.keys(given).length) onChange(Object.fromEntries(kept));
  }, [ids, given, onChange]);
  const set = (id: string, answers: Answers) => onChange({ ...given, [id]: { ...answers } });
  return (
    <>
      {list.map((one) => (
        <Panel key={one.id} title={t('survey.title')} note={<CategoryNames codes={[one.category]} />}>
          <QuestionFields
            questions={one.questions}
            answers={given[one.id] ?? {}}
            faults={error ? asProblem(error).detail : {}}
            onChange={(answers) => set(one.id, answers)}
          />
        </Panel>
      ))}
    </>
  );
}
