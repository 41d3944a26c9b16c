// "Report an error in this bid", within the receipt, for a minute (SCREENS.md LR-27): irrevocable, but repairable.
import { useState, type FormEvent } from 'react';

import { formatRemaining, toMs } from '@/domain/instant';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { AreaField, SelectField } from '@/ui/field';
import { ProblemAlert } from '@/ui/problem-alert';
import { useServerNow } from '@/ui/use-server-now';

import { SLIPS, useOwnReport, useReport, type OwnReport, type Slip } from './error-data';
import css from './report-error.module.css';

const TONES = { reported: 'warn', verified: 'warn', dismissed: 'calm', proposed: 'warn', stands: 'calm', voided: 'good' } as const;

export function ReportError({ bidId }: { bidId: string }) {
  const { t } = useWords('room-aids');
  const report = useOwnReport(bidId);
  const [isOpen, setOpen] = useState(false);
  const now = useServerNow();
  if (report.data === undefined) return null;
  const { state, until } = report.data;
  if (state !== 'none') return <Banner tone={TONES[state]}>{t(`report.${state}`)}</Banner>;
  const left = toMs(until) - now;
  if (left <= 0) return <p className="muted small">{t('report.none')}</p>;
  if (isOpen) return <ReportForm bidId={bidId} report={report.data} onBack={() => setOpen(false)} />;
  return (
    <div className="row">
      <Button look="danger" icon="warn" onClick={() => setOpen(true)}>
        {t('report.open')}
      </Button>
      <span className="muted small num">{t('report.left', { time: formatRemaining(left) })}</span>
    </div>
  );
}

function ReportForm({ bidId, report, onBack }: { bidId: string; report: OwnReport; onBack: () => void }) {
  const { t } = useWords('room-aids');
  const [slip, setSlip] = useState<Slip>('digit');
  const [note, setNote] = useState('');
  const sending = useReport(bidId);
  const now = useServerNow();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    sending.mutate({ slip, note });
  };
  return (
    <form className={css['form']} onSubmit={submit}>
      <p>{t('report.why')}</p>
      <SelectField
        label={t('report.what')}
        value={slip}
        onChange={(event) => setSlip(event.target.value as Slip)}
        options={SLIPS.map((value) => ({ value, label: t(`slips.${value}`) }))}
      />
      <AreaField label={t('report.note')} hint={t('report.note_hint')} rows={2} maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
      <ProblemAlert error={sending.error} />
      <div className="row">
        <Button type="submit" look="danger" busy={sending.isPending}>
          {t('report.send')}
        </Button>
        <Button onClick={onBack}>{t('report.back')}</Button>
        <span className="muted small num">{t('report.left', { time: formatRemaining(Math.max(0, toMs(report.until) - now)) })}</span>
      </div>
    </form>
  );
}
