// What to export, why, and for whom.

import { Select } from 'antd';
import { useId, useState } from 'react';
import { useSearchParams } from 'react-router';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { AreaField, TextField } from '@/ui/field';
import { focusFirstFault } from '@/ui/focus-fault';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { Switcher } from '@/ui/switcher';

import css from './audit.module.css';
import { tenderLabel } from './entry-names';
import { PeriodFields, faultOf, instantOf, type Period } from './period-fields';
import { useFilters, useRequestExport, type ExportForm as Form } from './queries';

// audit/schemas.py: PurposeText and RecipientText.
const SHORTEST_PURPOSE = 5;
const SHORTEST_RECIPIENT = 2;
const FORMS = ['bundle', 'jsonl', 'csv', 'xlsx', 'ocds'] as const satisfies readonly Form[];
const ALL_TIMES: Period = { isAll: true, from: '', to: '' };

export function ExportForm() {
  const { t } = useWords('audit');
  const [params] = useSearchParams();
  const asked = params.get('tender');
  const request = useRequestExport();
  const [scope, setScope] = useState<'all' | 'some'>(asked ? 'some' : 'all');
  const [tenders, setTenders] = useState<readonly string[]>(asked ? [asked] : []);
  const [form, setForm] = useState<Form>('bundle');
  const [typedPeriod, setPeriod] = useState<Period>(ALL_TIMES);
  // A bundle holds whole chains, a release whole tenders: a period is for histories.
  const isWhole = form === 'bundle' || form === 'ocds';
  const period = isWhole ? ALL_TIMES : typedPeriod;
  const [purpose, setPurpose] = useState('');
  const [recipient, setRecipient] = useState('');
  const [isAsked, setAsked] = useState(false);
  const faults = {
    tenders: scope === 'some' && tenders.length === 0,
    period: faultOf(period) !== null,
    purpose: purpose.trim().length < SHORTEST_PURPOSE,
    recipient: recipient.trim().length < SHORTEST_RECIPIENT,
  };
  const submit = () => {
    setAsked(true);
    if (Object.values(faults).some(Boolean)) return;
    const body = {
      all: scope === 'all',
      tender_ids: scope === 'all' ? [] : [...tenders],
      form,
      from: period.isAll ? null : instantOf(period.from),
      to: period.isAll ? null : instantOf(period.to),
      purpose: purpose.trim(),
      recipient: recipient.trim(),
    };
    request.mutate(body, {
      onSuccess: () => {
        announce(t('exports.started'));
        setAsked(false);
        setPurpose('');
        setRecipient('');
      },
    });
  };
  return (
    <Panel title={t('exports.new')}>
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          focusFirstFault(event.currentTarget);
          submit();
        }}
      >
        <ProblemAlert error={request.error} title={request.isError ? t('common:states.not_saved') : undefined} />
        <Switcher
          label={t('exports.scope')}
          value={scope}
          onChange={setScope}
          options={[
            { value: 'all', label: t('exports.scope_all') },
            { value: 'some', label: t('exports.scope_some') },
          ]}
        />
        {scope === 'some' && <TenderChoice chosen={tenders} isMissing={isAsked && faults.tenders} onChange={setTenders} />}
        <div className="stack-tight">
          <Switcher label={t('exports.form')} value={form} onChange={setForm} options={FORMS.map((value) => ({ value, label: t(`exports.forms.${value}`) }))} />
          <p className="small muted">{t(`exports.form_why.${form}`)}</p>
        </div>
        {!isWhole && <PeriodFields period={period} fault={isAsked ? faultOf(period) : null} onChange={setPeriod} />}
        <div className={css['two']}>
          <AreaField
            label={t('exports.purpose')}
            hint={t('exports.purpose_hint')}
            maxLength={500}
            value={purpose}
            error={isAsked && faults.purpose ? t('common:form.too_short', { count: SHORTEST_PURPOSE }) : null}
            onChange={(event) => setPurpose(event.target.value)}
          />
          <TextField
            label={t('exports.recipient')}
            hint={t('exports.recipient_hint')}
            maxLength={200}
            value={recipient}
            error={isAsked && faults.recipient ? t('common:form.required') : null}
            onChange={(event) => setRecipient(event.target.value)}
          />
        </div>
        <div className={css['formEnd']}>
          <Button type="submit" look="primary" icon="export" busy={request.isPending}>
            {t(form === 'bundle' ? 'exports.start' : 'exports.start_history')}
          </Button>
        </div>
      </form>
    </Panel>
  );
}

interface TenderChoiceProps {
  chosen: readonly string[];
  isMissing: boolean;
  onChange: (ids: readonly string[]) => void;
}

function TenderChoice({ chosen, isMissing, onChange }: TenderChoiceProps) {
  const { t, lang } = useWords('audit');
  const id = useId();
  const filters = useFilters(null);
  return (
    <div className="stack-tight">
      <label htmlFor={id} className={css['kindsLabel']}>
        {t('words:tenders')}
      </label>
      <Select
        id={id}
        mode="multiple"
        allowClear
        optionFilterProp="label"
        {...(isMissing && { status: 'error' as const })}
        placeholder={t('exports.tenders_hint')}
        value={[...chosen]}
        onChange={(ids: string[]) => onChange(ids)}
        options={(filters.data?.tenders ?? []).map((tender) => ({ value: tender.id, label: tenderLabel(tender, lang) }))}
        style={{ width: '100%' }}
      />
      {isMissing && (
        <p role="alert" className={css['error']}>
          {t('exports.tenders_missing')}
        </p>
      )}
    </div>
  );
}
