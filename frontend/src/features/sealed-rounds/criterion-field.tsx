// One criterion: its weight and prompt, what the marks mean, and the answer as text, number or choice.
import { pick } from '@/domain/lang';
import { unitText } from '@/domain/units';
import { useWords } from '@/i18n/use-words';
import { AreaField, SelectField, TextField } from '@/ui/field';

import { EMPTY_ANSWER, type AnswerDraft, type OfferDraft, type OfferFault } from './offer';
import type { OfferDesk } from './offer-desk';
import type { Criterion } from './queries';
import css from './sealed.module.css';

interface CriterionFieldProps {
  criterion: Criterion;
  lotId: string;
  offer: OfferDraft;
  desk: OfferDesk;
  fault: OfferFault | null;
}

// Longer answers belong into a file; the body of an envelope has a fixed size.
const LONGEST = 20_000;

export function CriterionField({ criterion, lotId, offer, desk, fault }: CriterionFieldProps) {
  const { t, lang } = useWords('sealed-rounds');
  const answer = offer.answers[criterion.id] ?? EMPTY_ANSWER;
  const set = (change: Partial<AnswerDraft>) => desk.edit(lotId, { answers: { ...offer.answers, [criterion.id]: { ...answer, ...change } } });
  const title = pick(lang, { zh: criterion.title_zh, en: criterion.title_en });
  const prompt = pick(lang, { zh: criterion.prompt_zh, en: criterion.prompt_en });
  const error = fault === null ? null : t(`fault.${fault.code}`, { limit: fault.limit ?? '' });
  const weight = [t('offer.weight', { weight: criterion.weight }), ...(criterion.threshold === null ? [] : [t('offer.at_least', { points: criterion.threshold })])].join(' · ');
  const heading = (
    <>
      {criterion.number}. {title} <span className={css['weight']}>{weight}</span>
    </>
  );
  const own = { hint: prompt, error };
  return (
    <div className={css['criterion']} data-field={`answer.${criterion.id}`}>
      {criterion.answer === 'number' && (
        <TextField {...own} label={heading} inputMode="decimal" autoComplete="off" maxLength={40} value={answer.value} inside={unitText(lang, criterion.unit) || undefined} onChange={(event) => set({ value: event.target.value })} />
      )}
      {criterion.answer === 'choice' && (
        <SelectField
          {...own}
          label={heading}
          value={answer.value}
          onChange={(event) => set({ value: event.target.value })}
          options={[{ value: '', label: t('offer.choose') }, ...criterion.choices.map((choice, place) => ({ value: String(place), label: pick(lang, choice) }))]}
        />
      )}
      {criterion.answer === 'text' ? (
        <AreaField {...own} label={heading} rows={5} maxLength={LONGEST} value={answer.text} onChange={(event) => set({ text: event.target.value })} />
      ) : (
        <AreaField label={t('offer.remark', { title })} optional rows={2} maxLength={LONGEST} value={answer.text} onChange={(event) => set({ text: event.target.value })} />
      )}
      <details className={css['levels']}>
        <summary>{t('offer.levels')}</summary>
        <ol start={0}>
          {criterion.levels.map((level, mark) => (
            <li key={String(mark)}>
              <b>{mark}</b> {pick(lang, level)}
            </li>
          ))}
        </ol>
      </details>
    </div>
  );
}
