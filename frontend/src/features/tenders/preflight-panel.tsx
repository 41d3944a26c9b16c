// What still keeps the draft from publication, and what may not work as hoped; each line leads to its field.
import type { UseQueryResult } from '@tanstack/react-query';

import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Icon } from '@/ui/icon';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';

import type { Fault, Preflight } from './api';
import css from './builder.module.css';
import { useFaultText } from './draft-field';
import { focusField, useFieldName } from './field-name';

interface PreflightPanelProps {
  preflight: UseQueryResult<Preflight>;
  onSubmit: () => void;
  isBusy: boolean;
}

export function PreflightPanel({ preflight, onSubmit, isBusy }: PreflightPanelProps) {
  const { t } = useWords('tenders');
  return (
    <Panel
      title={t('preflight.title')}
      foot={
        <Button look="primary" wide busy={isBusy} onClick={onSubmit}>
          {t('form.submit')}
        </Button>
      }
    >
      <QueryView query={preflight} lines={3}>
        {({ faults, warnings, expected }) => (
          <div className="stack-tight">
            <p className={css['expected']}>{t('preflight.expected', { count: expected.by_rule + expected.outside })}</p>
            {faults.length === 0 ? (
              <p className={css['ready']}>
                <Icon name="check" size={16} /> {t('preflight.ready')}
              </p>
            ) : (
              <FaultList title={t('preflight.faults', { count: faults.length })} faults={faults} tone="bad" />
            )}
            {warnings.length > 0 && <FaultList title={t('preflight.warnings', { count: warnings.length })} faults={warnings} tone="warn" />}
          </div>
        )}
      </QueryView>
    </Panel>
  );
}

function FaultList({ title, faults, tone }: { title: string; faults: readonly Fault[]; tone: 'bad' | 'warn' }) {
  const say = useFaultText();
  const nameOf = useFieldName();
  return (
    <div className={css[tone]}>
      <h3>{title}</h3>
      <ul className={css['faults']}>
        {faults.map((fault) => (
          <li key={`${fault.field}.${fault.code}`}>
            <button type="button" onClick={() => focusField(fault.field)}>
              <b>{nameOf(fault.field)}</b> {say(fault)}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
