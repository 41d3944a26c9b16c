// How the lot is played, and whether the service may bid for a supplier. What a format asks for stands with it.
import { useWords } from '@/i18n/use-words';
import { CheckField } from '@/ui/field';

import type { RulesDraft } from './api';
import css from './builder.module.css';
import { DraftNumber, DraftSelect } from './draft-field';
import { changeFormat, changePace, TIMED, type Format } from './format-choice';
import type { RuleFieldsProps } from './rule-choices';

const FORMATS = ['open_descending', 'turn_based', 'japanese', 'dutch'] as const satisfies readonly Format[];

export function FormatFields({ draft, set, place }: RuleFieldsProps) {
  const { t } = useWords('formats');
  const { rules } = draft;
  const pace = rules.pace ?? TIMED[rules.format]?.pace ?? null;
  const slots = pace?.slots ?? null;
  return (
    <div className="stack" data-path="rules.pace">
      <div className={css['fields']}>
        <DraftSelect
          {...place('format')}
          label={t('choice.format')}
          hint={t(`choice.hint_${rules.format}`)}
          value={rules.format}
          onValue={(format) => set(changeFormat(format as Format))}
          options={FORMATS.map((value) => ({ value, label: t(`choice.${value}`) }))}
        />
        {TIMED[rules.format] !== undefined && pace !== null && (
          <>
            <DraftNumber {...place('pace.stages')} label={t(slots === null ? 'choice.ticks' : 'choice.rounds')} value={pace.stages} onNumber={(stages) => set(changePace(rules, { stages }))} />
            {slots !== null && <DraftNumber {...place('pace.slots')} label={t('choice.slots')} hint={t('choice.slots_hint')} value={slots} onNumber={(slots) => set(changePace(rules, { slots }))} />}
            <DraftNumber {...place('pace.each_s')} label={t(slots === null ? 'choice.tick_s' : 'choice.turn_s')} value={pace.each_s} onNumber={(each_s) => set(changePace(rules, { each_s }))} />
          </>
        )}
      </div>
      {rules.pace !== null && <p className="muted small">{t('choice.length', { minutes: Math.floor(rules.duration_s / 60), seconds: rules.duration_s % 60 })}</p>}
    </div>
  );
}

export function AutoBidField({ rules, set }: { rules: RulesDraft; set: (part: Partial<RulesDraft>) => void }) {
  const { t } = useWords('formats');
  return (
    <>
      <CheckField label={t('auto.field')} checked={rules.auto_bid} onChange={(event) => set({ auto_bid: event.target.checked })} />
      <p className="muted small">{t('auto.field_note')}</p>
    </>
  );
}
