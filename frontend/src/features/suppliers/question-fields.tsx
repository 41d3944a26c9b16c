// Answering: one field for each question, by its kind; the faults the server names stand at their question.

import { pick } from '@/domain/lang';
import { group } from '@/domain/money';
import { toHalfWidth } from '@/domain/typed-amount';
import { useWords } from '@/i18n/use-words';
import { AreaField, SelectField, TextField } from '@/ui/field';

import type { Answers, Question } from './survey-queries';

interface QuestionFieldsProps {
  questions: readonly Question[];
  answers: Answers;
  faults: Readonly<Record<string, string>>;
  onChange: (answers: Answers) => void;
}

export function QuestionFields({ questions, answers, faults, onChange }: QuestionFieldsProps) {
  return (
    <div className="stack">
      {questions.map((one) => (
        <QuestionField key={one.id} one={one} value={answers[one.id] ?? ''} fault={faults[one.id]} onChange={(value) => onChange({ ...answers, [one.id]: value })} />
      ))}
    </div>
  );
}

function QuestionField({ one, value, fault, onChange }: { one: Question; value: string; fault: string | undefined; onChange: (value: string) => void }) {
  const { t, lang, find } = useWords('suppliers');
  const frame = {
    label: pick(lang, { zh: one.title_zh, en: one.title_en }),
    optional: !one.is_must,
    error: fault === undefined ? null : find(`survey.faults.${fault}`, fault),
    value,
  };
  if (one.kind === 'text') return <AreaField {...frame} maxLength={2000} onChange={(event) => onChange(event.target.value)} />;
  if (one.kind === 'number') {
    return <TextField {...frame} hint={one.unit} inputMode="decimal" autoComplete="off" onChange={(event) => onChange(toHalfWidth(event.target.value))} />;
  }
  const options =
    one.kind === 'yes_no'
      ? (['yes', 'no'] as const).map((word) => ({ value: word, label: t(`survey.${word}`) }))
      : (one.choices ?? []).map((choice, place) => ({ value: String(place), label: pick(lang, choice) }));
  return <SelectField {...frame} options={[{ value: '', label: t('survey.choose') }, ...options]} onChange={(event) => onChange(event.target.value)} />;
}

/** An answer as a person reads it. */
export function useAnswerText() {
  const { t, lang } = useWords('suppliers');
  return (one: Question, answer: string | undefined): string => {
    if (answer === undefined || answer === '') return t('survey.no_answer');
    if (one.kind === 'yes_no') return t(answer === 'yes' ? 'survey.yes' : 'survey.no');
    const choice = one.kind === 'choice' ? one.choices?.[Number(answer)] : undefined;
    if (choice) return pick(lang, choice);
    return one.kind === 'number' ? `${group(answer)} ${one.unit ?? ''}` : answer;
  };
}
