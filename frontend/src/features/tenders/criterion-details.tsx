// One criterion in full: the question to the supplier, the kind of answer, and what each mark from 0 to 5 means.
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';

import type { CriterionDraft, WordingDraft } from './api';
import type { SectionProps } from './section-props';
import css from './criteria.module.css';
import form from './builder.module.css';
import { DraftArea, DraftSelect, DraftText } from './draft-field';
import { changeCriterion } from './evaluation-edit';

const ANSWERS = ['text', 'number', 'choice'] as const;

export function CriterionDetails({ at, criterion, change, faults, isTried }: SectionProps & { at: number; criterion: CriterionDraft }) {
  const { t } = useWords('tenders');
  const set = (part: Partial<CriterionDraft>) => change((before) => changeCriterion(before, at, part));
  const place = (name: string) => ({ path: `evaluation.technical.criteria.${String(at)}.${name}`, faults, isTried });
  const setAnswer = (answer: CriterionDraft['answer']) =>
    set({ answer, choices: answer === 'choice' && criterion.choices.length < 2 ? [...criterion.choices, ...BLANK_CHOICES].slice(0, 2) : criterion.choices });
  return (
    <div className="stack">
      <div className={form['fields']}>
        <DraftArea {...place('prompt_zh')} label={t('criteria.prompt_zh')} lang="zh-CN" rows={2} value={criterion.prompt_zh} onValue={(prompt_zh) => set({ prompt_zh })} />
        <DraftArea {...place('prompt_en')} label={t('criteria.prompt_en')} lang="en" rows={2} value={criterion.prompt_en} onValue={(prompt_en) => set({ prompt_en })} />
        <DraftSelect
          {...place('answer')}
          label={t('criteria.answer')}
          value={criterion.answer}
          onValue={(answer) => setAnswer(ANSWERS.find((each) => each === answer) ?? 'text')}
          options={ANSWERS.map((value) => ({ value, label: t(`criteria.answer_${value}`) }))}
        />
        {criterion.answer === 'number' && <DraftText {...place('unit')} label={t('lot.unit')} optional value={criterion.unit} onValue={(unit) => set({ unit })} />}
      </div>
      {criterion.answer === 'choice' && (
        <Wordings
          {...{ at, faults, isTried }}
          name="choices"
          title={t('criteria.choices')}
          label={(number) => t('criteria.choice', { number: number + 1 })}
          values={criterion.choices}
          onValues={(choices) => set({ choices })}
          grows
        />
      )}
      <Wordings {...{ at, faults, isTried }} name="levels" title={t('criteria.levels')} label={(mark) => t('criteria.level', { mark })} values={criterion.levels} onValues={(levels) => set({ levels })} />
    </div>
  );
}

const BLANK_CHOICES: readonly WordingDraft[] = [
  { zh: '', en: '' },
  { zh: '', en: '' },
];

interface WordingsProps extends Pick<SectionProps, 'faults' | 'isTried'> {
  at: number;
  name: 'choices' | 'levels';
  title: string;
  label: (place: number) => string;
  values: readonly WordingDraft[];
  onValues: (values: WordingDraft[]) => void;
  /** Lines can be added and removed. */
  grows?: boolean;
}

function Wordings({ at, name, title, label, values, onValues, faults, isTried, grows = false }: WordingsProps) {
  const { t } = useWords('tenders');
  const put = (place: number, part: Partial<WordingDraft>) => onValues(values.map((each, other) => (other === place ? { ...each, ...part } : each)));
  return (
    <div className={css['wordings']} data-path={`evaluation.technical.criteria.${String(at)}.${name}`}>
      <h3>{title}</h3>
      <ol>
        {values.map((value, place) => {
          const path = `evaluation.technical.criteria.${String(at)}.${name}.${String(place)}`;
          return (
            <li key={place}>
              <DraftText {...{ faults, isTried }} path={`${path}.zh`} label={`${label(place)} · ${t('common:language.zh')}`} lang="zh-CN" value={value.zh} onValue={(zh) => put(place, { zh })} />
              <DraftText {...{ faults, isTried }} path={`${path}.en`} label={`${label(place)} · ${t('common:language.en')}`} lang="en" value={value.en} onValue={(en) => put(place, { en })} />
              {grows && (
                <Button size="small" look="quiet" icon="close" disabled={values.length <= 2} onClick={() => onValues(values.filter((_, other) => other !== place))} aria-label={t('criteria.remove', { name: label(place) })} />
              )}
            </li>
          );
        })}
      </ol>
      {grows && (
        <Button size="small" icon="plus" onClick={() => onValues([...values, { zh: '', en: '' }])}>
          {t('criteria.add_choice')}
        </Button>
      )}
    </div>
  );
}
