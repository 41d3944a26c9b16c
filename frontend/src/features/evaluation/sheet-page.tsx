// EV-01 to EV-02: one evaluator's way through a tender: declare, wait, mark, submit. No price, no name, no other's mark.

import { useEffect, useState } from 'react';
import { useParams } from 'react-router';

import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { ButtonLink } from '@/ui/button';
import { Instant } from '@/ui/instant';
import { QueryView } from '@/ui/query-view';
import page from '@/ui/working-page.module.css';

import type { Missing } from './cells';
import { DeclarePanel, LateConflict, NotOpenPanel, RecusedPanel } from './declare-panel';
import { EvaluationHeader } from './evaluation-header';
import css from './evaluation.module.css';
import { Grid, cardId, type View } from './grid';
import { useSheet, type Sheet } from './queries';
import { SubmitPanel } from './submit-panel';
import { useKeeper } from './use-keeper';

export default function SheetPage() {
  const { t } = useWords('evaluation');
  const { tenderId = '' } = useParams();
  const query = useSheet(tenderId);
  return (
    <QueryView query={query}>
      {(sheet) => (
        <div className="stack">
          <EvaluationHeader tender={sheet} what={t('sheet.what')} isChair={sheet.is_chair} state={sheet.state} />
          <Part sheet={sheet} />
        </div>
      )}
    </QueryView>
  );
}

function Part({ sheet }: { sheet: Sheet }) {
  if (sheet.state === 'invited') return <DeclarePanel tenderId={sheet.tender_id} />;
  if (sheet.state === 'recused') return <RecusedPanel />;
  if (sheet.state === 'waiting') return <NotOpenPanel />;
  return <Marking key={sheet.tender_id} sheet={sheet} />;
}

function Marking({ sheet }: { sheet: Sheet }) {
  const { t } = useWords('evaluation');
  const { keeper, cells } = useKeeper(sheet);
  const [isAsked, setAsked] = useState(false);
  const [view, setView] = useState<View>(() => ({
    mode: 'criterion', lot: sheet.lots[0]?.lot_id ?? '', criterion: sheet.rules.criteria[0]?.id ?? '', offer: sheet.lots[0]?.offers[0]?.alias ?? '',
  }));
  const [target, setTarget] = useState<Missing | null>(null);
  useEffect(() => {
    if (target === null) return;
    const card = document.getElementById(cardId(target));
    card?.querySelector<HTMLElement>(target.lack === 'mark' ? 'input' : 'textarea')?.focus();
    card?.scrollIntoView({ block: 'center' });
  }, [target]);
  const go = (missing: Missing) => {
    setView((before) => ({ ...before, lot: missing.lot, criterion: missing.criterion, offer: missing.alias }));
    setTarget({ ...missing });
  };
  const grid = <Grid sheet={sheet} keeper={keeper} view={view} isAsked={isAsked} onView={(changes) => setView((before) => ({ ...before, ...changes }))} />;
  if (sheet.state !== 'marking') {
    return (
      <>
        <Submitted sheet={sheet} />
        {grid}
      </>
    );
  }
  return (
    <>
      <p className={page['lead']}>
        {t('sheet.how')}
        {sheet.due_at !== null && (
          <>
            {' '}
            {t('sheet.due')} <Instant at={sheet.due_at} named />
          </>
        )}
      </p>
      <div className={css['frame']}>
        <SubmitPanel sheet={sheet} keeper={keeper} cells={cells} isAsked={isAsked} onAsk={() => setAsked(true)} onGo={go} />
        {grid}
      </div>
      <LateConflict tenderId={sheet.tender_id} />
    </>
  );
}

function Submitted({ sheet }: { sheet: Sheet }) {
  const { t } = useWords('evaluation');
  const isOpen = sheet.state === 'consensus' || sheet.state === 'locked';
  return (
    <Banner
      tone="good"
      title={t('sheet.submitted')}
      actions={isOpen && <ButtonLink to={`/evaluations/${sheet.tender_id}/consensus`} look="primary">{t('mine.open.consensus')}</ButtonLink>}
    >
      {sheet.submitted_at !== null && (
        <p>
          <Instant at={sheet.submitted_at} as="second" named />
        </p>
      )}
      <p>{t(isOpen ? 'sheet.next_consensus' : 'sheet.next_wait')}</p>
    </Banner>
  );
}
