// One question as its author writes it, in both languages.

import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { CheckField, SelectField, TextField } from '@/ui/field';

import css from './suppliers.module.css';
import type { Question } from './survey-queries';

const KINDS = ['yes_no', 'choice', 'number', 'text'] as const;
const NO_CHOICES = [{ zh: '', en: '' }, { zh: '', en: '' }];

interface QuestionEditorProps {
  number: number;
  one: Question;
  fault: string | undefined;
  /** `null`: taken out. */
  onChange: (next: Question | null) => void;
  onUp: (() => void) | null;
}

export function QuestionEditor({ number, one, fault, onChange, onUp }: QuestionEditorProps) {
  const { t, find } = useWords('suppliers');
  const choices = one.choices ?? [];
  const kindOf = (value: string): Question => {
    const kind = KINDS.find((each) => each === value) ?? 'text';
    return { ...one, kind, unit: '', choices: kind === 'choice' ? NO_CHOICES : [] };
  };
  const setChoice = (at: number, words: { zh: string; en: string }) => onChange({ ...one, choices: choices.map((each, place) => (place === at ? words : each)) });
  return (
    <fieldset className={`stack ${css['question'] ?? ''}`}>
      <legend>{t('survey.question', { number })}</legend>
      <div className={css['two']}>
        <TextField label={t('survey.text_zh')} lang="zh-CN" value={one.title_zh} maxLength={300} onChange={(event) => onChange({ ...one, title_zh: event.target.value })} />
        <TextField label={t('survey.text_en')} lang="en" value={one.title_en} maxLength={300} onChange={(event) => onChange({ ...one, title_en: event.target.value })} />
        <SelectField
          label={t('survey.kind')}
          value={one.kind}
          onChange={(event) => onChange(kindOf(event.target.value))}
          options={KINDS.map((value) => ({ value, label: t(`survey.kinds.${value}`) }))}
        />
        {one.kind === 'number' && (
          <TextField label={t('survey.unit')} value={one.unit ?? ''} maxLength={60} onChange={(event) => onChange({ ...one, unit: event.target.value })} />
        )}
      </div>
      {one.kind === 'choice' &&
        choices.map((words, at) => (
          <div key={at} className={css['two']}>
            <TextField label={t('survey.choice_zh', { number: at + 1 })} lang="zh-CN" value={words.zh} maxLength={300} onChange={(event) => setChoice(at, { ...words, zh: event.target.value })} />
            <TextField label={t('survey.choice_en', { number: at + 1 })} lang="en" value={words.en} maxLength={300} onChange={(event) => setChoice(at, { ...words, en: event.target.value })} />
          </div>
        ))}
      <CheckField label={t('survey.must')} checked={one.is_must} onChange={(event) => onChange({ ...one, is_must: event.target.checked })} />
      {fault !== undefined && (
        <p className={css['error']} role="alert">
          {find(`survey.faults.${fault}`, fault)}
        </p>
      )}
      <div className="row">
        {one.kind === 'choice' && (
          <Button size="small" icon="plus" onClick={() => onChange({ ...one, choices: [...choices, { zh: '', en: '' }] })}>
            {t('survey.more_choice')}
          </Button>
        )}
        {onUp && (
          <Button size="small" onClick={onUp}>
            {t('survey.up')}
          </Button>
        )}
        <Button size="small" look="danger" onClick={() => onChange(null)}>
          {t('survey.remove')}
        </Button>
      </div>
    </fieldset>
  );
}
