// SP-03: understand before committing. One page: what, the rules in words with an example, the times; accept or decline.
import { useState } from 'react';
import { useNavigate } from 'react-router';

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button, ButtonAnchor, ButtonLink } from '@/ui/button';
import { Countdown } from '@/ui/countdown';
import { Facts } from '@/ui/facts';
import { TextField } from '@/ui/field';
import { Instant } from '@/ui/instant';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';
import { StateTag } from '@/ui/state-tag';
import { useServerNow } from '@/ui/use-server-now';

import { useTenderAct, type SupplierTender, type TenderDocument } from './api';
import { AmendmentsPanel, LotsPanel, SentencesPanel, WorkedExample } from './document-parts';
import { EvaluationPanel } from './evaluation-panel';
import { invitationKind, isAsked, nextTime, type InvitationKind } from './invitation-kind';
import { useSealedStandings, type SealedStanding } from './sealed-standing';
import { PublishedPanel } from './published-panel';
import css from './tender.module.css';

export function SupplierTenderView({ tender }: { tender: SupplierTender }) {
  const { t, lang } = useWords('tenders');
  const document = tender.document as unknown as TenderDocument;
  const zone = document.time_zone;
  const now = useServerNow(5_000);
  const sealed = useSealedStandings([tender])[tender.sealed_round_id ?? ''];
  const kind = invitationKind(tender, now, sealed);
  const terms = pick(lang, { zh: document.terms_zh, en: document.terms_en });
  const summary = pick(lang, { zh: document.summary_zh, en: document.summary_en });
  return (
    <div className="stack">
      <PageHeader
        title={pick(lang, { zh: document.title_zh, en: document.title_en })}
        lead={tender.reference}
        mark={<StateTag kind="tender" state={tender.state} />}
        back={{ to: '/home', label: t('common:actions.back') }}
      />
      <AnswerPanel tender={tender} document={document} kind={kind} sealed={sealed} />
      <div className={css['columns']}>
        <div className="stack">
          {summary !== '' && (
            <Panel title={t('tender.summary')}>
              <p className={css['text']}>{summary}</p>
            </Panel>
          )}
          <LotsPanel document={document} />
          <EvaluationPanel document={document} />
          <SentencesPanel tenderId={tender.id} title={t('tender.rules')} />
          {/* After a sealed round the first bid is the sealed price; the example would begin elsewhere. */}
          {tender.procedure === 'live' && <WorkedExample document={document} />}
          <PublishedPanel tenderId={tender.id} actions={<ButtonLink to={`/tenders/${tender.id}/questions`}>{t('go.ask')}</ButtonLink>} />
          {terms !== '' && (
            <Panel title={t('tender.terms')}>
              <p className={css['text']}>{terms}</p>
            </Panel>
          )}
        </div>
        <div className="stack">
          <TimesPanel tender={tender} document={document} />
          <AmendmentsPanel amendments={tender.amendments} zone={zone} />
        </div>
      </div>
    </div>
  );
}

interface AnswerProps {
  tender: SupplierTender;
  document: TenderDocument;
  kind: InvitationKind;
  sealed: SealedStanding | undefined;
}

function AnswerPanel({ tender, document, kind, sealed }: AnswerProps) {
  const { t } = useWords('tenders');
  const [isDeclining, setDeclining] = useState(false);
  const act = useTenderAct(tender.id);
  const accept = () =>
    act.mutate({ act: 'response', body: { response: 'accept', version: tender.terms_version } }, { onSuccess: () => announce(t('answer.accepted')) });
  const mayAccept = kind === 'answer' || kind === 'acknowledge' || (kind === 'declined' && tender.own.can_answer);
  const mayDecline = tender.own.can_answer && kind !== 'declined';
  return (
    <section className={[css['answer'], css[kind]].join(' ')}>
      <div>
        <p className={css['kind']}>{t(`kinds.${kind}`)}</p>
        <p>{t(kind === 'joined' && tender.procedure !== 'live' ? 'kinds_why.joined_sealed' : `kinds_why.${kind}`)}</p>
        <AnswerClock tender={tender} document={document} kind={kind} sealed={sealed} />
      </div>
      <div className={css['acts']}>
        {mayAccept && (
          <Button look="primary" size="large" busy={act.isPending} onClick={accept}>
            {t(kind === 'acknowledge' ? 'answer.acknowledge' : 'answer.accept')}
          </Button>
        )}
        {(kind === 'room_open' || kind === 'room_soon') && (
          <ButtonLink look="primary" size="large" to={`/rooms/${tender.round_id}`}>
            {t('next.room_open')}
          </ButtonLink>
        )}
        {tender.sealed_round_id !== null && tender.own.joined && kind !== 'acknowledge' && sealed !== undefined && (
          <ButtonLink {...(kind === 'sealed_open' || kind === 'joined' || isAsked(kind) ? { look: 'primary', size: 'large' } : {})} to={`/sealed/${tender.sealed_round_id}`}>
            {t(kind === 'joined' ? 'next.sealed_soon' : kind === 'sealed_open' || isAsked(kind) ? `next.${kind}` : 'next.sealed_done')}
          </ButtonLink>
        )}
        {(kind === 'evaluation' || kind === 'result') && <ButtonLink to={`/tenders/${tender.id}/result`}>{t(`next.${kind}`)}</ButtonLink>}
        {mayDecline && (
          <Button look="quiet" onClick={() => setDeclining(true)}>
            {t('answer.decline')}
          </Button>
        )}
      </div>
      <ProblemAlert error={act.error} />
      {isDeclining && <DeclineSheet tender={tender} onClose={() => setDeclining(false)} />}
    </section>
  );
}

/** Where something can be done until then, or begins then. */
const TIMED: readonly InvitationKind[] = ['answer', 'acknowledge', 'joined', 'room_soon', 'sealed_open', 'sealed_done', 'sealed_copy', 'sealed_help'];

function AnswerClock({ tender, document, kind, sealed }: AnswerProps) {
  const { t } = useWords('tenders');
  const { said, at } = nextTime(tender, kind, sealed);
  if (!TIMED.includes(kind)) return null;
  return (
    <p className={css['clock']}>
      {t(said)} <Instant at={at} zone={document.time_zone} named /> · <Countdown until={at} over="00:00:00" />
    </p>
  );
}

function DeclineSheet({ tender, onClose }: { tender: SupplierTender; onClose: () => void }) {
  const { t } = useWords('tenders');
  const [reason, setReason] = useState('');
  const act = useTenderAct(tender.id);
  const navigate = useNavigate();
  const decline = () =>
    act.mutate(
      { act: 'response', body: { response: 'decline', version: tender.terms_version, reason: reason.trim() } },
      { onSuccess: () => void navigate('/home') },
    );
  return (
    <Sheet
      title={t('answer.decline_title')}
      onClose={onClose}
      foot={
        <div className="row">
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          <Button look="danger" busy={act.isPending} onClick={decline}>
            {t('answer.decline_confirm')}
          </Button>
        </div>
      }
    >
      <div className="stack">
        <p>{t('answer.decline_why')}</p>
        <TextField label={t('answer.reason')} optional maxLength={100} value={reason} onChange={(event) => setReason(event.target.value)} hint={t('answer.reason_hint')} />
        <ProblemAlert error={act.error} />
      </div>
    </Sheet>
  );
}

function TimesPanel({ tender, document }: { tender: SupplierTender; document: TenderDocument }) {
  const { t, lang } = useWords('tenders');
  const zone = document.time_zone;
  return (
    <Panel
      title={t('times.title')}
      foot={
        <ButtonAnchor icon="clock" href={`/api/tenders/${tender.id}/calendar?lang=${lang}`} download>
          {t('times.calendar')}
        </ButtonAnchor>
      }
    >
      {tender.is_extended && <Banner>{t('times.extended')}</Banner>}
      <Facts
        items={[
          { term: t('times.response_due'), value: <Instant at={tender.response_due_at} zone={zone} named /> },
          ...tender.rounds.flatMap((round) => [
            { term: t(round.kind === 'sealed' ? 'sealed.opens' : round.is_earliest ? 'times.opens_earliest' : tender.procedure === 'live' ? 'times.opens' : 'times.live_opens'), value: <Instant at={round.opens_at} zone={zone} named /> },
            ...(round.kind === 'sealed' && round.closes_at !== null ? [{ term: t('sealed.closes'), value: <Instant at={round.closes_at} zone={zone} named /> }] : []),
          ]),
          ...tender.lot_times.map((lot) => ({
            term: tender.lot_times.length > 1 ? t('times.lot_closes', { number: lot.number }) : t('times.closes'),
            value: <Instant at={lot.closes_at} zone={zone} />,
          })),
        ]}
      />
    </Panel>
  );
}
