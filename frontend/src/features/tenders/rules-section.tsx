// The rules of the live round: the template's defaults stand as sentences beside; here they can be changed.
import { boundsOf } from '@/domain/bidding';
import { currencySign, group, isAmount, percentChange, subtract } from '@/domain/money';
import { useWords } from '@/i18n/use-words';
import { CheckField } from '@/ui/field';
import { Panel } from '@/ui/panel';

import type { Draft, RulesDraft } from './api';
import { BasisFields } from './basis-fields';
import type { SectionProps } from './builder';
import css from './builder.module.css';
import { changeRules } from './draft-edit';
import { DraftNumber, DraftSelect, DraftText } from './draft-field';
import { SoftCloseFields } from './soft-close-fields';

export function RulesSection(props: SectionProps) {
  const { draft, change, faults, isTried } = props;
  const { t } = useWords('tenders');
  return (
    <Panel title={t(draft.procedure === 'live' ? 'form.rules' : 'form.rules_more')} note={t('form.rules_note')}>
      <details className={css['more']} data-section="rules">
        <summary>{t('form.change_rules')}</summary>
        {draft.procedure !== 'sealed' && <LiveRuleFields {...props} />}
        <div className={css['fields']}>
          <DraftSelect
            path="unseal_scope"
            faults={faults}
            isTried={isTried}
            label={t('rules.unseal_scope')}
            value={draft.unseal_scope}
            onValue={(scope) => change((before) => ({ ...before, unseal_scope: scope as Draft['unseal_scope'] }))}
            options={choices(['preferred', 'shortlist'], t, 'scope')}
          />
          <DraftSelect
            path="tax_basis"
            faults={faults}
            isTried={isTried}
            label={t('rules.tax')}
            value={draft.tax_basis}
            onValue={(tax) => change((before) => ({ ...before, tax_basis: tax === 'included' ? 'included' : 'excluded' }))}
            options={(['excluded', 'included'] as const).map((value) => ({ value, label: t(value === 'included' ? 'words:tax_included' : 'words:tax_excluded') }))}
          />
        </div>
        <CheckField label={t('rules.announce_winner')} checked={draft.announce_winner} onChange={(event) => change((before) => ({ ...before, announce_winner: event.target.checked }))} />
      </details>
    </Panel>
  );
}

function LiveRuleFields({ draft, change, faults, isTried, tenderId }: SectionProps) {
  const { t } = useWords('tenders');
  const { rules } = draft;
  const set = (part: Partial<RulesDraft>) => change((before) => changeRules(before, part));
  const place = (path: string) => ({ path: `rules.${path}`, faults, isTried });
  return (
    <>
      <div className={css['fields']}>
        <DraftSelect {...place('feedback')} label={t('rules.feedback')} value={rules.feedback} onValue={(feedback) => set({ feedback: feedback as RulesDraft['feedback'] })} options={choices(feedbacksOf(rules.basis), t, 'feedback')} />
        <DraftSelect {...place('buyer_view')} label={t('rules.buyer_view')} value={rules.buyer_view} onValue={(view) => set({ buyer_view: view as RulesDraft['buyer_view'] })} options={choices(['aliases', 'best_only', 'none'], t, 'view')} />
        <DraftSelect
          {...place('step.measure')}
          label={t('rules.step_measure')}
          value={rules.step.measure}
          onValue={(measure) => set({ step: { ...rules.step, measure: measure as 'money' | 'percent' } })}
          options={choices(['percent', 'money'], t, 'measure')}
        />
        <DraftText {...place('step.size')} label={t('rules.step_size')} hint={<StepCalculator draft={draft} />} inputMode="decimal" value={rules.step.size} onValue={(size) => set({ step: { ...rules.step, size } })} />
        <DraftSelect {...place('step.rule')} label={t('rules.step_rule')} value={rules.step.rule} onValue={(rule) => set({ step: { ...rules.step, rule: rule as 'at_least' | 'multiple' } })} options={choices(['at_least', 'multiple'], t, 'step')} />
        <DraftText
          {...place('change_limit.size')}
          label={t('rules.change_limit')}
          hint={t('rules.change_limit_hint')}
          inputMode="decimal"
          value={rules.change_limit?.size ?? ''}
          onValue={(size) => set({ change_limit: size === '' ? null : { measure: rules.change_limit?.measure ?? 'percent', size } })}
        />
        {draft.lots.length > 1 && (
          <>
            <DraftSelect {...place('lots')} label={t('rules.lots')} value={rules.lots} onValue={(lots) => set(lots === 'staggered' ? { lots, stagger_s: rules.stagger_s || 300 } : { lots: 'parallel', stagger_s: 0 })} options={choices(['parallel', 'staggered'], t, 'lots')} />
            {rules.lots === 'staggered' && <DraftNumber {...place('stagger_s')} label={t('rules.stagger')} value={rules.stagger_s} per={60} onNumber={(stagger_s) => set({ stagger_s })} />}
          </>
        )}
      </div>
      <BasisFields draft={draft} tenderId={tenderId} set={set} place={place} />
      <SoftCloseFields rules={rules} set={set} place={place} />
    </>
  );
}

/** The best price says nothing where another basis decides, and points there must be to be shown. */
function feedbacksOf(basis: RulesDraft['basis']): readonly string[] {
  if (basis === 'price') return ['rank_only', 'best_price'];
  return basis === 'points' ? ['rank_only', 'score_rank'] : ['rank_only'];
}

type T = ReturnType<typeof useWords<'tenders'>>['t'];
type Choice = 'feedback' | 'view' | 'measure' | 'step' | 'lots' | 'scope';

function choices(values: readonly string[], t: T, group: Choice): { value: string; label: string }[] {
  return values.map((value) => ({ value, label: t(`rules.${group}_${value}` as Parameters<T>[0]) }));
}

/** What the step is in money on the first lot's ceiling, and in percent: 0.25 to 0.5 % is the usual guide. */
function StepCalculator({ draft }: { draft: Draft }) {
  const { t } = useWords('tenders');
  const lot = draft.lots[0];
  const { step } = draft.rules;
  if (lot === undefined || !isAmount(lot.ceiling_price) || !isAmount(step.size)) return <>{t('rules.step_guide')}</>;
  const terms = { scale: lot.scale, ceiling_price: lot.ceiling_price, start_price: null };
  const bounds = stepOn(draft.rules, terms);
  if (bounds === null) return <>{t('rules.step_guide')}</>;
  const after = subtract(lot.ceiling_price, bounds.leastStep);
  const percent = (percentChange(lot.ceiling_price, after) ?? '').replace('-', '');
  return <>{t('rules.step_is', { amount: `${currencySign(draft.currency)}${group(bounds.leastStep)}`, percent, ceiling: `${currencySign(draft.currency)}${group(lot.ceiling_price)}` })}</>;
}

function stepOn(rules: RulesDraft, terms: { scale: number; ceiling_price: string; start_price: null }) {
  try {
    return boundsOf({ ...rules, change_limit: null }, terms, terms.ceiling_price);
  } catch {
    // A ceiling with more decimals than its lot allows is the pre-flight's to say.
    return null;
  }
}
