// The times of a tender, local to its zone. A time the clocks skip or show twice is asked about, never guessed.
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';

import { useChoices, type Fault } from './api';
import type { SectionProps } from './section-props';
import css from './builder.module.css';
import { changeRules } from './draft-edit';
import { DraftNumber, DraftSelect, DraftText } from './draft-field';
import { isPlainLocal } from './local-time';

export function TimesSection({ draft, change, faults, isTried }: SectionProps) {
  const { t } = useWords('tenders');
  const choices = useChoices();
  const zones = choices.data?.time_zones ?? [draft.time_zone];
  const setDue = (response_due: string) => change((before) => ({ ...before, response_due }));
  const setOpens = (opens_at: string) => change((before) => changeRules(before, { opens_at }));
  const isAfterSealed = draft.procedure === 'sealed_live';
  return (
    <Panel title={t('form.times')} note={draft.time_zone}>
      <div className={css['fields']}>
        <LocalTime path="response_due" label={t('times.response_due')} value={draft.response_due} onValue={setDue} faults={faults} isTried={isTried} />
        {draft.procedure !== 'sealed' && (
          <>
            <LocalTime path="rules.opens_at" label={t(isAfterSealed ? 'times.live_opens' : 'times.opens')} value={draft.rules.opens_at} onValue={setOpens} faults={faults} isTried={isTried} />
            {/* The length of a format that moves by time follows from its pace. */}
            {draft.rules.pace === null && (
              <DraftNumber
                path="rules.duration_s"
                faults={faults}
                isTried={isTried}
                label={t('form.duration')}
                hint={t('form.duration_hint')}
                value={draft.rules.duration_s}
                per={60}
                onNumber={(duration_s) => change((before) => changeRules(before, { duration_s }))}
              />
            )}
          </>
        )}
        {isAfterSealed && (
          <DraftNumber
            path="rules.lead_s"
            faults={faults}
            isTried={isTried}
            label={t('form.lead')}
            hint={t('form.lead_hint')}
            value={draft.rules.lead_s}
            per={60}
            onNumber={(lead_s) => change((before) => changeRules(before, { lead_s }))}
          />
        )}
      </div>
      <details className={css['more']}>
        <summary>{t('form.more_times')}</summary>
        <div className={css['fields']}>
          <DraftSelect
            path="time_zone"
            faults={faults}
            isTried={isTried}
            label={t('form.zone')}
            value={draft.time_zone}
            onValue={(time_zone) => change((before) => ({ ...before, time_zone }))}
            options={zones.map((zone) => ({ value: zone, label: zone }))}
          />
          <DraftNumber
            path="response_extension_minutes"
            faults={faults}
            isTried={isTried}
            label={t('form.response_extension')}
            hint={t('form.response_extension_hint')}
            value={draft.response_extension_minutes}
            per={60}
            onNumber={(response_extension_minutes) => change((before) => ({ ...before, response_extension_minutes }))}
          />
        </div>
      </details>
    </Panel>
  );
}

interface LocalTimeProps {
  path: string;
  label: string;
  value: string;
  onValue: (value: string) => void;
  faults: readonly Fault[];
  isTried: boolean;
}

export function LocalTime({ path, label, value, onValue, faults, isTried }: LocalTimeProps) {
  const { t } = useWords('tenders');
  const detail = faults.find((fault) => fault.field === path)?.detail ?? {};
  const offered = ['choice_1', 'choice_2'].flatMap((name) => detail[name] ?? []);
  return (
    <div className="stack-tight">
      <DraftText path={path} faults={faults} isTried={isTried} label={label} value={value} onValue={onValue} type={isPlainLocal(value) ? 'datetime-local' : 'text'} />
      {offered.length > 0 && (
        <div className="row">
          <span className="small">{t('form.meant')}</span>
          {offered.map((choice) => (
            <Button key={choice} size="small" onClick={() => onValue(choice)}>
              {choice.replace('T', ' ')}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}
