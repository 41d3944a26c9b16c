// The rules of the live round: the template's defaults stand as sentences beside; here they can be changed.
import { useWords } from '@/i18n/use-words';
import { CheckField } from '@/ui/field';
import { Panel } from '@/ui/panel';

import type { Draft, RulesDraft } from './api';
import { BasisFields } from './basis-fields';
import type { SectionProps } from './section-props';
import css from './builder.module.css';
import { CurrencyFields } from './currency-fields';
import { changeRules } from './draft-edit';
import { DryRunLinks } from './dry-run-links';
import { DraftNumber, DraftSelect, DraftText } from './draft-field';
import { AutoBidField, FormatFields } from './format-fields';
import { MarketFields } from './market-fields';
import { choicesOf } from './rule-choices';
import { RuleExamples } from './rule-examples';
import { SoftCloseFields } from './soft-close-fields';
import { StepFields } from './step-fields';

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
            options={choicesOf(['preferred', 'shortlist'], t, 'scope')}
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
      <FormatFields draft={draft} set={set} place={place} />
      <MarketFields draft={draft} set={set} place={place} />
      <StepFields draft={draft} set={set} place={place} />
      <div className={css['fields']}>
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
            <DraftSelect {...place('lots')} label={t('rules.lots')} value={rules.lots} onValue={(lots) => set(changeLots(rules, lots as RulesDraft['lots']))} options={choicesOf(['parallel', 'staggered', 'series'], t, 'lots')} />
            {rules.lots === 'staggered' && <DraftNumber {...place('stagger_s')} label={t('rules.stagger')} value={rules.stagger_s} per={60} onNumber={(stagger_s) => set({ stagger_s })} />}
            {rules.lots === 'series' && <DraftNumber {...place('gap_s')} label={t('rules.gap')} hint={t('rules.gap_hint')} value={rules.gap_s} per={60} onNumber={(gap_s) => set({ gap_s })} />}
          </>
        )}
      </div>
      <BasisFields draft={draft} tenderId={tenderId} set={set} place={place} />
      {rules.pace === null && (
        <>
          <SoftCloseFields rules={rules} set={set} place={place} />
          <AutoBidField rules={rules} set={set} />
        </>
      )}
      <CurrencyFields draft={draft} set={set} place={place} />
      <RuleExamples tenderId={tenderId} />
      <DryRunLinks category={draft.category} />
    </>
  );
}

/** One order of the lots has a span between closes, another one between a close and the next opening. */
function changeLots(rules: RulesDraft, lots: RulesDraft['lots']): Partial<RulesDraft> {
  return { lots, stagger_s: lots === 'staggered' ? rules.stagger_s || 300 : 0, gap_s: lots === 'series' ? rules.gap_s || 300 : 0 };
}
