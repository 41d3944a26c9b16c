// A package on its way, in words: sealing, uploading (with a bar), committing, asking; or why it was not taken.
import { useEffect } from 'react';

import { formatInstant, HOME_ZONE } from '@/domain/instant';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { sizeText } from '@/ui/file-drop';

import type { LotDesk } from './offer-desk';
import { saveJson } from './save-json';
import css from './sealed.module.css';

interface StepNoteProps {
  held: LotDesk;
  onSend: () => void;
  onDrop: () => void;
  onDismiss: () => void;
}

export function StepNote({ held, onSend, onDrop, onDismiss }: StepNoteProps) {
  const { t, find } = useWords('sealed-rounds');
  const { step, fault } = held;
  const kind = step?.step ?? null;
  useEffect(() => {
    if (kind === 'receipted') announce(t('step.receipted_spoken'));
    if (kind === 'late' || kind === 'refused') announce(t('step.refused_spoken'), 'alert');
  }, [kind, t]);
  if (fault !== null) {
    return (
      <Banner tone="bad" title={t('step.not_sealed')}>
        {t(`seal_fault.${fault.code}`, { size: sizeText(fault.size ?? 0), bucket: sizeText(fault.bucket ?? 0) })}
      </Banner>
    );
  }
  if (step === null) return null;
  switch (step.step) {
    case 'receipted':
      return step.isDoubtful ? <Banner tone="bad" title={t('check.alarm_receipt')}>{t('check.BAD_RECEIPT')}</Banner> : null;
    case 'unsent':
      return (
        <Banner
          tone="warn"
          role="alert"
          title={t('step.unsent')}
          actions={
            <>
              <Button onClick={onDrop}>{t('step.drop')}</Button>
              <Button look="primary" onClick={onSend}>
                {t('step.send')}
              </Button>
            </>
          }
        >
          {t('step.unsent_why')}
        </Banner>
      );
    case 'late':
      return (
        <Banner tone="bad" title={t('step.late')} actions={step.notice !== null && <Button icon="export" onClick={() => saveJson(`bidroom-late-${String(step.notice?.['package']).slice(0, 8)}.json`, step.notice)}>{t('step.late_save')}</Button>}>
          <p>{t('step.late_why')}</p>
          {step.notice !== null && <p>{t('step.late_times', { received: clockOf(step.notice['received_at']), closes: clockOf(step.notice['closes_at']) })}</p>}
          {step.isDoubtful && <p>{t('check.BAD_RECEIPT')}</p>}
        </Banner>
      );
    case 'refused':
      return (
        <Banner tone="bad" title={t('step.refused')} actions={<Button size="small" onClick={onDismiss}>{t('step.dismiss')}</Button>}>
          <p>{find(`codes:${step.code}`, t('codes:UNEXPECTED'), { ...step.detail })}</p>
          <p>{t('step.kept')}</p>
        </Banner>
      );
    case 'uploading':
      return (
        <Banner role="status" title={t(step.isCut ? 'step.cut' : 'step.uploading')}>
          <p className={css['progress']}>
            <progress aria-label={t('step.uploading')} max={step.size} value={step.sent} />
            <span className="num">{`${sizeText(step.sent)} / ${sizeText(step.size)}`}</span>
          </p>
          {step.isCut && <p>{t('step.cut_why')}</p>}
        </Banner>
      );
    default:
      return (
        <Banner role="status" title={t(`step.${step.step}`)}>
          {step.step === 'asking' && t('step.asking_why')}
        </Banner>
      );
  }
}

/** To the millisecond: that is what the rule counts. */
function clockOf(ms: unknown): string {
  return typeof ms === 'number' ? formatInstant(ms, HOME_ZONE, 'ms') : '';
}
