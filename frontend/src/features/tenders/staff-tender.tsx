// A tender for the buyer's side: where it stands, what may be done, the document, the field, what was amended.
import { useState } from 'react';

import { pick, pickName } from '@/domain/lang';
import { rescale, scaleOf } from '@/domain/money';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button, ButtonLink } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { Instant } from '@/ui/instant';
import { Money } from '@/ui/money';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { ReservePanel } from '@/ui/reserve-panel';
import { StateTag, Tag } from '@/ui/state-tag';
import type { Column } from '@/ui/plain-table';

import { AmendSheet } from './amend-sheet';
import type { DocumentLot, StaffTender, TenderDocument } from './api';
import { AmendmentsPanel, LotsPanel, SentencesPanel, WorkedExample } from './document-parts';
import { EvaluationPanel, RulesHash } from './evaluation-panel';
import { LeveragePanel } from './leverage-panel';
import { PublishedPanel } from './published-panel';
import { ReasonSheet } from './reason-sheet';
import { hasFinishedRound, placeOf, watchesRounds } from './portfolio-groups';
import { SealedPanel } from './sealed-panel';
import { TenderSteps } from './tender-steps';
import css from './tender.module.css';

// The desk relays and helps; how offers are compared is none of its work.
const COMPARING: ReadonlySet<string> = new Set(['purchaser', 'approver', 'auditor', 'evaluator']);

type Opened = 'amend' | 'cancel' | 'continue' | null;

export function StaffTenderView({ tender }: { tender: StaffTender }) {
  const { t, lang } = useWords('tenders');
  const [opened, open] = useState<Opened>(null);
  const document = tender.document as unknown as TenderDocument | null;
  return (
    <div className="stack">
      <PageHeader
        title={pick(lang, { zh: tender.title_zh, en: tender.title_en }) || t('untitled')}
        lead={tender.reference}
        mark={<StateTag kind="tender" state={tender.state} />}
        back={{ to: '/tenders', label: t('portfolio.title') }}
        actions={<Actions tender={tender} onOpen={open} />}
      />
      <TenderSteps tender={tender} />
      <Pending tender={tender} />
      {tender.continuation === 'needed' && (
        <Banner
          tone="warn"
          title={t('few.title')}
          actions={
            tender.acts.includes('continue') && (
              <Button look="primary" onClick={() => open('continue')}>
                {t('few.continue')}
              </Button>
            )
          }
        >
          {t('few.why', { joined: tender.joined ?? 0, least: tender.draft?.min_bidders ?? document?.min_bidders ?? 0 })}
        </Banner>
      )}
      <div className={css['columns']}>
        <div className="stack">{document === null ? <DraftNote tender={tender} /> : <Document tender={tender} document={document} />}</div>
        <div className="stack">
          {tender.sealed_round_id !== null && document !== null && <SealedPanel tender={tender} roundId={tender.sealed_round_id} zone={document.time_zone} />}
          <TimesPanel tender={tender} zone={document?.time_zone ?? tender.draft?.time_zone} />
          {document !== null && <PublishedPanel tenderId={tender.id} actions={<ButtonLink to={`/tenders/${tender.id}/questions`}>{t('go.questions')}</ButtonLink>} />}
          <ReservePanel tender={tender} />
          <FieldPanel tender={tender} />
          <AmendmentsPanel amendments={tender.amendments} zone={document?.time_zone ?? 'UTC'} />
          {tender.document_hash !== null && (
            <Panel title={t('tender.frozen')}>
              <p className="small muted">{t('tender.frozen_why')}</p>
              <code className={css['hash']}>{tender.document_hash}</code>
            </Panel>
          )}
        </div>
      </div>
      {opened === 'amend' && document !== null && <AmendSheet tender={tender} document={document} onClose={() => open(null)} />}
      {(opened === 'cancel' || opened === 'continue') && <ReasonSheet tenderId={tender.id} act={opened} onClose={() => open(null)} />}
    </div>
  );
}

function Actions({ tender, onOpen }: { tender: StaffTender; onOpen: (what: Opened) => void }) {
  const { t } = useWords('tenders');
  const { acts } = tender;
  const place = placeOf(tender, watchesRounds([tender.hat]));
  return (
    <>
      {acts.includes('cancel') && (
        <Button look="danger" onClick={() => onOpen('cancel')}>
          {t('acts.cancel')}
        </Button>
      )}
      {acts.includes('amend') && <Button onClick={() => onOpen('amend')}>{t('acts.amend')}</Button>}
      {acts.includes('edit') && (
        <ButtonLink look="primary" to={`/tenders/${tender.id}/edit`}>
          {t('go.edit')}
        </ButtonLink>
      )}
      {hasFinishedRound(tender) && ['purchaser', 'approver'].includes(tender.hat) && <ButtonLink to={`/dry-run/${tender.round_id}`}>{t('acts.dry_run')}</ButtonLink>}
      {place.what !== 'tender' && place.what !== 'edit' && (
        <ButtonLink look="primary" to={place.to}>
          {t(`go.${place.what}`)}
        </ButtonLink>
      )}
    </>
  );
}

function Pending({ tender }: { tender: StaffTender }) {
  const { t, find } = useWords('tenders');
  return (
    <>
      {tender.pending.map((proposal) => (
        <Banner key={proposal.id} tone="warn" title={t('pending.title')} actions={<ButtonLink to={`/approvals/${proposal.id}`}>{t('pending.open')}</ButtonLink>}>
          {find(`words:proposals.${proposal.kind.replace('.', '_')}`, proposal.kind)} · {t('pending.until')} <Instant at={proposal.expires_at} />
        </Banner>
      ))}
    </>
  );
}

function DraftNote({ tender }: { tender: StaffTender }) {
  const { t } = useWords('tenders');
  return (
    <Panel>
      <div className="stack">
        <p>{t('tender.draft_note')}</p>
        {tender.acts.includes('edit') && (
          <div>
            <ButtonLink look="primary" to={`/tenders/${tender.id}/edit`}>
              {t('go.edit')}
            </ButtonLink>
          </div>
        )}
      </div>
    </Panel>
  );
}

export function Document({ tender, document }: { tender: StaffTender; document: TenderDocument }) {
  const { t, lang } = useWords('tenders');
  const texts = (['summary', 'terms'] as const).map((part) => ({ part, text: pick(lang, { zh: document[`${part}_zh`], en: document[`${part}_en`] }) }));
  const baseline = (lot: DocumentLot) => tender.baselines?.find((each) => each.lot_id === lot.id);
  const extra: Column<DocumentLot>[] =
    tender.baselines === null
      ? []
      : [
          {
            key: 'baseline',
            title: t('words:baseline_price'),
            right: true,
            cell: (lot) => (
              <span className={css['people']}>
                <Money amount={padded(baseline(lot)?.baseline_price, lot.scale)} currency={document.currency} />
                {baseline(lot)?.source && (
                  <small className="muted">
                    {baseline(lot)?.source}, {baseline(lot)?.on}
                  </small>
                )}
              </span>
            ),
          },
        ];
  return (
    <>
      <LotsPanel document={document} extra={extra} />
      {document.evaluation !== undefined && (
        <>
          <EvaluationPanel document={document}>{COMPARING.has(tender.hat) && <RulesHash tenderId={tender.id} />}</EvaluationPanel>
          {COMPARING.has(tender.hat) && <LeveragePanel tenderId={tender.id} criteria={document.evaluation.technical?.criteria ?? []} />}
        </>
      )}
      <SentencesPanel tenderId={tender.id} title={t('tender.rules')} />
      {/* After a sealed round the first bid is the sealed price; the example would begin elsewhere. */}
      {tender.procedure === 'live' && <WorkedExample document={document} />}
      {texts.map(({ part, text }) =>
        text === '' ? null : (
          <Panel key={part} title={t(`tender.${part}`)}>
            <p className={css['text']}>{text}</p>
          </Panel>
        ),
      )}
    </>
  );
}

function TimesPanel({ tender, zone }: { tender: StaffTender; zone: string | undefined }) {
  const { t } = useWords('tenders');
  const inZone = zone === undefined ? {} : { zone };
  if (tender.response_due_at === null && tender.opens_at === null) return null;
  const after = tender.sealed_round_id === null ? undefined : tender.rounds.find((round) => round.kind === 'live');
  return (
    <Panel title={t('times.title')}>
      {tender.is_extended && <Banner>{t('times.extended')}</Banner>}
      <Facts
        items={[
          { term: t('times.response_due'), value: <Instant at={tender.response_due_at} {...inZone} named /> },
          ...(tender.sealed_round_id === null ? [{ term: t('times.opens'), value: <Instant at={tender.opens_at} {...inZone} named /> }] : []),
          // Until the sealed prices are open this is the earliest.
          ...(after ? [{ term: t(after.is_earliest ? 'times.opens_earliest' : 'times.live_opens'), value: <Instant at={after.opens_at} {...inZone} named /> }] : []),
          ...tender.lot_times.map((lot) => ({
            term: tender.lot_times.length > 1 ? t('times.lot_closes', { number: lot.number }) : t('times.closes'),
            value: <Instant at={lot.closes_at} {...inZone} />,
          })),
        ]}
      />
    </Panel>
  );
}

function FieldPanel({ tender }: { tender: StaffTender }) {
  const { t, lang } = useWords('tenders');
  if (tender.invited === null || tender.invited.length === 0) return null;
  return (
    <Panel title={t('field.invited', { count: tender.invited.length })} {...(tender.joined === null ? {} : { note: t('field.joined', { count: tender.joined }) })}>
      <ul className={css['people']}>
        {tender.invited.map((invitee) => (
          <li key={invitee.supplier_id}>
            <span>{pickName(lang, invitee)}</span>
            {invitee.outside_rule && <Tag tone="warn">{t('field.outside')}</Tag>}
          </li>
        ))}
      </ul>
      <p className="small muted">{t('field.silent')}</p>
    </Panel>
  );
}

/** As many decimals as the lot's other prices; more where somebody noted more. */
function padded(amount: string | null | undefined, scale: number): string | null {
  return amount ? rescale(amount, Math.max(scale, scaleOf(amount))) : null;
}
