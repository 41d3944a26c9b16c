// What follows from the comparison: shortlist, questions about low prices, what certification means, whose rules are kept.
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { CheckField } from '@/ui/field';
import { Panel } from '@/ui/panel';

import type { AbnormalDraft, CertificationDraft } from './api';
import type { SectionProps } from './section-props';
import css from './builder.module.css';
import rows from './criteria.module.css';
import { DraftNumber, DraftSelect, DraftText } from './draft-field';
import { changeEvaluation, evaluationOf } from './evaluation-edit';
import { hasTotal } from './formula-edit';
import { OfferedPoints } from './offered-points';
import { SplitFields } from './split-fields';

const TESTS = ['share_of_mean', 'share_of_second_lowest', 'share_of_ceiling'] as const;
const ASPECTS = ['quality', 'delivery', 'credit'] as const;
const GRADES = ['A', 'B', 'C', 'D'] as const;
const FIRST_TEST: AbnormalDraft['tests'][number] = { kind: 'share_of_mean', share: '80', is_strict: true };

export function OutcomeSection(props: SectionProps) {
  const { t } = useWords('tenders');
  return (
    <Panel title={t('outcome.title')}>
      <div className="stack">
        <Shortlist {...props} />
        <Abnormal {...props} />
        <Certification {...props} />
        <SplitFields {...props} />
        <div className={css['fields']}>
          <DraftSelect
            {...placed(props, 'rulebook')}
            label={t('outcome.rulebook')}
            hint={t('outcome.rulebook_hint')}
            value={props.draft.rulebook}
            onValue={(value) => props.change((before) => ({ ...before, rulebook: value === 'public' ? 'public' : 'house' }))}
            options={(['house', 'public'] as const).map((value) => ({ value, label: t(`outcome.rulebook_${value}`) }))}
          />
        </div>
      </div>
    </Panel>
  );
}

function placed({ faults, isTried }: SectionProps, path: string) {
  return { path, faults, isTried };
}

function Shortlist(props: SectionProps) {
  const { draft, change } = props;
  const { t } = useWords('tenders');
  const { shortlist } = evaluationOf(draft);
  const set = (part: Partial<typeof shortlist>) => change((before) => changeEvaluation(before, { shortlist: { ...evaluationOf(before).shortlist, ...part } }));
  const place = (name: string) => placed(props, `evaluation.shortlist.${name}`);
  return (
    <div className={css['fields']}>
      <DraftNumber {...place('count')} label={t('price.shortlist')} hint={t('outcome.count_hint')} value={shortlist.count} onNumber={(count) => set({ count })} />
      <DraftText
        {...place('within')}
        label={t('outcome.within')}
        hint={t('outcome.within_hint')}
        optional
        inputMode="decimal"
        value={shortlist.within}
        onValue={(within) => set({ within, ...(within === '' ? { at_least: null } : {}) })}
      />
      {shortlist.within !== '' && (
        <DraftNumber {...place('at_least')} label={t('outcome.at_least')} hint={t('outcome.at_least_hint')} value={shortlist.at_least ?? 0} onNumber={(least) => set({ at_least: least === 0 ? null : least })} />
      )}
      <DraftSelect
        {...place('ties')}
        label={t('outcome.ties')}
        value={shortlist.ties}
        onValue={(value) => set({ ties: value === 'record' ? 'record' : 'include' })}
        options={(['include', 'record'] as const).map((value) => ({ value, label: t(`outcome.ties_${value}`) }))}
      />
    </div>
  );
}

function Abnormal(props: SectionProps) {
  const { draft, change } = props;
  const { t } = useWords('tenders');
  const { abnormal } = evaluationOf(draft);
  const set = (next: AbnormalDraft | null) => change((before) => changeEvaluation(before, { abnormal: next }));
  const place = (name: string) => placed(props, `evaluation.abnormal.${name}`);
  return (
    <>
      <CheckField label={t('outcome.abnormal')} checked={abnormal !== null} onChange={(event) => set(event.target.checked ? { tests: [FIRST_TEST], answer_hours: 24 } : null)} />
      {abnormal !== null && (
        <div className={rows['table_rows']} data-path="evaluation.abnormal.tests">
          <ol>
            {abnormal.tests.map((test, at) => {
              const put = (part: Partial<typeof test>) => set({ ...abnormal, tests: abnormal.tests.map((each, other) => (other === at ? { ...each, ...part } : each)) });
              const path = `tests.${String(at)}`;
              return (
                <li key={at}>
                  <DraftSelect {...place(`${path}.kind`)} label={t('outcome.test')} value={test.kind} onValue={(value) => put({ kind: TESTS.find((each) => each === value) ?? 'share_of_mean' })} options={TESTS.map((value) => ({ value, label: t(`outcome.${value}`) }))} />
                  <DraftSelect
                    {...place(`${path}.is_strict`)}
                    label={t('outcome.bound')}
                    value={test.is_strict ? 'strict' : 'inclusive'}
                    onValue={(value) => put({ is_strict: value === 'strict' })}
                    options={(['strict', 'inclusive'] as const).map((value) => ({ value, label: t(`outcome.${value}`) }))}
                  />
                  <DraftText {...place(`${path}.share`)} label={t('outcome.share')} inputMode="decimal" inside="%" value={test.share} onValue={(share) => put({ share })} />
                  <Button size="small" look="quiet" icon="close" disabled={abnormal.tests.length === 1} onClick={() => set({ ...abnormal, tests: abnormal.tests.filter((_, other) => other !== at) })} aria-label={t('criteria.remove', { name: `${t('outcome.test')} ${String(at + 1)}` })} />
                </li>
              );
            })}
          </ol>
          <Button size="small" icon="plus" onClick={() => set({ ...abnormal, tests: [...abnormal.tests, FIRST_TEST] })}>
            {t('outcome.add_test')}
          </Button>
          <DraftNumber {...place('answer_hours')} label={t('outcome.answer_hours')} hint={t('outcome.abnormal_hint')} value={abnormal.answer_hours} onNumber={(answer_hours) => set({ ...abnormal, answer_hours })} />
        </div>
      )}
    </>
  );
}

function Certification(props: SectionProps) {
  const { draft, change } = props;
  const { t } = useWords('tenders');
  const { certification, price } = evaluationOf(draft);
  const { minimum, points } = certification ?? { minimum: null, points: null };
  const set = (part: Partial<CertificationDraft>) => {
    const next = { minimum, points, ...part };
    change((before) => changeEvaluation(before, { certification: next.minimum === null && next.points === null ? null : next }));
  };
  const place = (name: string) => placed(props, `evaluation.certification.${name}`);
  return (
    <>
      <CheckField label={t('outcome.minimum')} checked={minimum !== null} onChange={(event) => set({ minimum: event.target.checked ? { quality: '60', delivery: '60', credit: '60' } : null })} />
      {minimum !== null && (
        <div className={css['fields']} data-path="evaluation.certification.minimum">
          {ASPECTS.map((aspect) => (
            <DraftText key={aspect} {...place(`minimum.${aspect}`)} label={t(`outcome.${aspect}`)} optional inputMode="decimal" value={minimum[aspect]} onValue={(value) => set({ minimum: { ...minimum, [aspect]: value } })} />
          ))}
        </div>
      )}
      {/* Without a total there is nothing that points could be added to; points already chosen can still be taken away. */}
      {(hasTotal(price.formula.code) || points !== null) && <CheckField label={t('outcome.points')} checked={points !== null} onChange={(event) => set({ points: event.target.checked ? { A: '2', B: '0', C: '-2', D: '-5' } : null })} />}
      {points !== null && (
        <div className="stack" data-path="evaluation.certification.points">
          <p className="small muted">{t('outcome.points_hint')}</p>
          <OfferedPoints category={draft.category} onTake={(offered) => set({ points: offered })} />
          <div className={css['fields']}>
            {GRADES.map((grade) => (
              <DraftText key={grade} {...place(`points.${grade}`)} label={t('outcome.grade', { grade })} inputMode="text" value={points[grade]} onValue={(value) => set({ points: { ...points, [grade]: value } })} />
            ))}
          </div>
        </div>
      )}
    </>
  );
}
