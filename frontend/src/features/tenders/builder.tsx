// The builder: few fields, defaults from the template, saved by itself; beside it what is still missing and the rules in words.
import { useState } from 'react';
import { useNavigate } from 'react-router';

import { pick } from '@/domain/lang';
import { formatInstant, viewerZone } from '@/domain/instant';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { PageHeader } from '@/ui/page-header';
import { ProblemAlert } from '@/ui/problem-alert';
import type { Autosave } from '@/ui/use-autosave';

import { usePreflight, useTenderAct, type Draft, type StaffTender } from './api';
import css from './builder.module.css';
import { ConflictBanner } from './conflict-banner';
import { CriteriaSection } from './criteria-section';
import { sealedOf, technicalOf } from './evaluation-edit';
import { FieldSection } from './field-section';
import { LeveragePanel } from './leverage-panel';
import { LotsSection } from './lots-section';
import { OutcomeSection } from './outcome-section';
import { PreflightPanel } from './preflight-panel';
import { PreviewPanel } from './preview-panel';
import { PriceSection } from './price-section';
import { ProjectPanel } from './project-panel';
import { QuestionsSection } from './questions-section';
import { ReasonSheet } from './reason-sheet';
import { RulesSection } from './rules-section';
import { SealedSection } from './sealed-section';
import type { SectionProps } from './section-props';
import { SimulationPanel } from './simulation-panel';
import { TimesSection } from './times-section';
import { useDraft, type DraftHandle } from './use-draft';
import { WhatSection } from './what-section';

export function Builder({ tender, first }: { tender: StaffTender; first: Draft }) {
  const { t, lang } = useWords('tenders');
  const handle = useDraft(tender, first);
  const preflight = usePreflight(tender.id);
  const [isTried, setTried] = useState(false);
  const [isDropping, setDropping] = useState(false);
  const { draft } = handle;
  const submit = useSubmit(tender.id, handle, () => setTried(true));
  const section: SectionProps = { tenderId: tender.id, draft, change: handle.change, faults: preflight.data?.faults ?? [], isTried };
  return (
    <div className="stack">
      <PageHeader
        title={pick(lang, { zh: draft.title_zh, en: draft.title_en }) || t('form.new')}
        lead={
          <>
            {tender.reference} · <SaveState status={handle.status} />
          </>
        }
        back={{ to: '/tenders', label: t('portfolio.title') }}
        actions={
          <>
            <Button look="quiet" onClick={() => setDropping(true)}>
              {t('form.drop')}
            </Button>
            <Button look="primary" busy={submit.isBusy} onClick={() => void submit.run()}>
              {t('form.submit')}
            </Button>
          </>
        }
      />
      {handle.conflict && <ConflictBanner tenderId={tender.id} conflict={handle.conflict} handle={handle} />}
      {handle.status.state === 'failed' && !handle.conflict && <ProblemAlert error={handle.status.error} title={t('common:states.not_saved')} onRetry={() => void handle.flush()} />}
      <ProblemAlert error={submit.error} title={t('form.not_submitted')} />
      <div className={css['columns']}>
        {/* Leaving a field saves: the list beside it is about what was typed a moment ago. */}
        <div className={css['form']} onBlur={() => void handle.flush()}>
          <WhatSection {...section} />
          <LotsSection {...section} />
          <TimesSection {...section} />
          {draft.procedure !== 'live' && <SealedSection {...section} />}
          {draft.procedure !== 'live' && sealedOf(draft).has_technical && <CriteriaSection {...section} />}
          {draft.procedure !== 'live' && (
            <>
              <PriceSection {...section} />
              <OutcomeSection {...section} />
              <SimulationPanel tenderId={tender.id} hasTechnical={sealedOf(draft).has_technical} />
            </>
          )}
          <FieldSection {...section} />
          <QuestionsSection {...section} />
          <RulesSection {...section} />
        </div>
        <div className={css['side']}>
          <ProjectPanel tender={tender} handle={handle} />
          <PreflightPanel preflight={preflight} onSubmit={() => void submit.run()} isBusy={submit.isBusy} />
          {draft.procedure !== 'live' && <LeveragePanel tenderId={tender.id} criteria={technicalOf(draft).criteria} />}
          <PreviewPanel tenderId={tender.id} />
        </div>
      </div>
      {isDropping && <ReasonSheet tenderId={tender.id} act="cancel" onClose={() => setDropping(false)} />}
    </div>
  );
}

function useSubmit(tenderId: string, handle: DraftHandle, onTry: () => void) {
  const { t } = useWords('tenders');
  const act = useTenderAct(tenderId);
  const preflight = usePreflight(tenderId);
  const navigate = useNavigate();
  const [isBusy, setBusy] = useState(false);
  const run = async () => {
    onTry();
    setBusy(true);
    try {
      await handle.flush();
      const { data } = await preflight.refetch();
      if (data?.may_submit !== true) {
        announce(t('preflight.announce', { count: data?.faults.length ?? 0 }), 'alert');
        return;
      }
      await act.mutateAsync({ act: 'submit', body: { version: handle.version() } });
      announce(t('acts.proposed'));
      void navigate(`/tenders/${tenderId}`);
    } catch {
      // Shown by the mutation's error.
    } finally {
      setBusy(false);
    }
  };
  return { run, isBusy, error: act.error };
}

function SaveState({ status }: { status: Autosave }) {
  const { t } = useWords('tenders');
  if (status.state === 'saved') return <span>{t('common:states.saved', { time: formatInstant(status.at, viewerZone(), 'time-second') })}</span>;
  if (status.state === 'failed') return <strong>{t('common:states.not_saved')}</strong>;
  return <span>{status.state === 'saving' ? t('common:states.saving') : status.state === 'dirty' ? t('form.typing') : t('form.autosave')}</span>;
}
