// The soft close: which late bid moves the end, how far, how often, and the instant nothing passes.
import { useWords } from '@/i18n/use-words';
import { CheckField } from '@/ui/field';

import type { Fault, RulesDraft } from './api';
import css from './builder.module.css';
import { DraftNumber, DraftSelect } from './draft-field';

type Soft = NonNullable<RulesDraft['soft_close']>;

const DEFAULTS: Soft = { window_s: 180, hard_stop_after_s: 2700, max_extensions: 10, trigger: 'any_accepted', mode: 'reset', added_s: null, top: null };
const TRIGGERS = ['any_accepted', 'new_best', 'top_change'] as const;

interface SoftCloseProps {
  rules: RulesDraft;
  set: (part: Partial<RulesDraft>) => void;
  place: (path: string) => { path: string; faults: readonly Fault[]; isTried: boolean };
}

export function SoftCloseFields({ rules, set, place }: SoftCloseProps) {
  const { t } = useWords('tenders');
  const soft = rules.soft_close;
  const change = (part: Partial<Soft>) => set({ soft_close: { ...(soft ?? DEFAULTS), ...part } });
  return (
    <div className="stack" data-path="rules.soft_close">
      <CheckField label={t('rules.soft_close')} checked={soft !== null} onChange={(event) => set({ soft_close: event.target.checked ? DEFAULTS : null })} />
      {soft !== null && (
        <div className={css['fields']}>
          <DraftNumber {...place('soft_close.window_s')} label={t('rules.window')} value={soft.window_s} per={60} onNumber={(window_s) => change({ window_s })} />
          <DraftNumber {...place('soft_close.max_extensions')} label={t('rules.max_extensions')} value={soft.max_extensions} onNumber={(max_extensions) => change({ max_extensions })} />
          <DraftNumber {...place('soft_close.hard_stop_after_s')} label={t('rules.hard_stop')} hint={t('rules.hard_stop_hint')} value={soft.hard_stop_after_s} per={60} onNumber={(hard_stop_after_s) => change({ hard_stop_after_s })} />
          <DraftSelect
            {...place('soft_close.trigger')}
            label={t('rules.trigger')}
            value={soft.trigger}
            onValue={(trigger) => change({ trigger: trigger as Soft['trigger'], top: trigger === 'top_change' ? 3 : null })}
            options={TRIGGERS.map((value) => ({ value, label: t(`rules.trigger_${value}`) }))}
          />
          {soft.trigger === 'top_change' && <DraftNumber {...place('soft_close.top')} label={t('rules.top')} value={soft.top ?? 3} onNumber={(top) => change({ top })} />}
          <DraftSelect
            {...place('soft_close.mode')}
            label={t('rules.mode')}
            value={soft.mode}
            onValue={(mode) => change({ mode: mode === 'add' ? 'add' : 'reset', added_s: mode === 'add' ? soft.window_s : null })}
            options={(['reset', 'add'] as const).map((value) => ({ value, label: t(`rules.mode_${value}`) }))}
          />
          {soft.mode === 'add' && <DraftNumber {...place('soft_close.added_s')} label={t('rules.added')} value={soft.added_s ?? 0} per={60} onNumber={(added_s) => change({ added_s })} />}
        </div>
      )}
    </div>
  );
}
