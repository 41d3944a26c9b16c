// DR-04: offers whose price looks abnormally low: asked about by label, kept or excluded by people, never automatically.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { AreaField } from '@/ui/field';
import { Instant } from '@/ui/instant';
import { Money } from '@/ui/money';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { Tag } from '@/ui/state-tag';

import css from './award.module.css';
import { trimmed } from './choosing';
import { useAsk, useDecideOffer, useInquiries, type FlaggedOffer, type Inquiries, type Ranking } from './queries';

// app/domain/abnormal.py, LONGEST_TEXT; app/evaluation/inquiry_schemas.py, DecideOffer.
const [LONGEST_QUESTION, LONGEST_REASON] = [4000, 2000];

export function InquiryPanel({ ranking }: { ranking: Ranking }) {
  const { t } = useWords('decision-room');
  const told = useInquiries(ranking.tender_id).data;
  // Without tests in the rules there is nothing to say.
  if (told === undefined || told.answer_hours === null) return null;
  return (
    <Panel title={t('inquiry.title')} flush>
      <div className={css['inset']}>
        <p className="muted">{told.offers.length === 0 ? t('inquiry.none') : t('inquiry.why')}</p>
      </div>
      {told.offers.map((offer) => (
        <Flagged key={`${offer.lot_id} ${offer.label}`} ranking={ranking} told={told} offer={offer} />
      ))}
    </Panel>
  );
}

interface FlaggedProps {
  ranking: Ranking;
  told: Inquiries;
  offer: FlaggedOffer;
}

function Flagged({ ranking, told, offer }: FlaggedProps) {
  const { t } = useWords('decision-room');
  const lot = ranking.lots.find((each) => each.lot_id === offer.lot_id);
  const { inquiry } = offer;
  const state = inquiry?.state ?? null;
  return (
    <section className={`${css['inset'] ?? ''} ${css['offer'] ?? ''}`} aria-label={offer.label}>
      <p className={css['head']}>
        <strong>{offer.label}</strong>
        {ranking.lots.length > 1 && lot && <span className="muted">{`${t('words:lot')} ${String(lot.number)}`}</span>}
        <Money amount={offer.amount} currency={ranking.currency} unit={lot?.basis === 'unit' ? lot.unit : null} />
        <Tag tone={state === 'kept' ? 'good' : state === 'excluded' ? 'bad' : 'warn'}>{state === null ? t('inquiry.not_asked') : t(`inquiry.states.${state}`)}</Tag>
      </p>
      <ul>
        {offer.tests.map((test) => (
          <li key={test.kind}>
            {t(`inquiry.${test.is_strict ? 'test' : 'at_most'}.${test.kind}`, { share: trimmed(test.share) })} <span className="muted num">({t('inquiry.limit', { limit: trimmed(test.limit) })})</span>
          </li>
        ))}
      </ul>
      {inquiry === null ? told.can_act ? <Ask told={told} offer={offer} /> : <p className="muted">{t('inquiry.not_asked_why')}</p> : <Asked told={told} inquiry={inquiry} />}
    </section>
  );
}

function Ask({ told, offer }: { told: Inquiries; offer: FlaggedOffer }) {
  const { t } = useWords('decision-room');
  const [question, setQuestion] = useState(told.usual_question);
  const ask = useAsk(told.tender_id);
  const send = () => ask.mutate({ lot_id: offer.lot_id, label: offer.label, question }, { onSuccess: () => announce(t('inquiry.asked')) });
  return (
    <>
      <p className="muted">{t('inquiry.not_asked_why')}</p>
      <AreaField
        label={t('inquiry.question')}
        hint={t('inquiry.question_hint', { label: offer.label, hours: told.answer_hours ?? 0 })}
        rows={6}
        maxLength={LONGEST_QUESTION}
        value={question}
        onChange={(event) => setQuestion(event.target.value)}
      />
      <ProblemAlert error={ask.error} />
      <div className="row">
        <Button look="primary" disabled={question.trim() === ''} busy={ask.isPending} onClick={send}>
          {t('inquiry.ask')}
        </Button>
      </div>
    </>
  );
}

function Asked({ told, inquiry }: { told: Inquiries; inquiry: NonNullable<FlaggedOffer['inquiry']> }) {
  const { t } = useWords('decision-room');
  const isDue = inquiry.state === 'answered' || inquiry.state === 'lapsed';
  return (
    <>
      <Facts
        items={[
          { term: t('inquiry.question'), value: <span className={css['said']}>{inquiry.question}</span> },
          { term: t('inquiry.due'), value: <Instant at={inquiry.due_at} named /> },
          ...(inquiry.state === 'open' ? [] : [{ term: t('inquiry.answer'), value: <span className={css['said']}>{inquiry.answer ?? t('inquiry.no_answer')}</span> }]),
          ...(inquiry.reason === null ? [] : [{ term: t('inquiry.decided'), value: <span className={css['said']}>{inquiry.reason}</span> }]),
        ]}
      />
      {inquiry.is_pending && <p role="status">{t('inquiry.pending')}</p>}
      {isDue && !inquiry.is_pending && told.can_act && <Judge tenderId={told.tender_id} inquiryId={inquiry.id} />}
    </>
  );
}

function Judge({ tenderId, inquiryId }: { tenderId: string; inquiryId: string }) {
  const { t } = useWords('decision-room');
  const [reason, setReason] = useState('');
  const [isAsked, setAsked] = useState(false);
  const decide = useDecideOffer(tenderId, inquiryId);
  const say = (verdict: 'keep' | 'exclude') => {
    setAsked(true);
    if (reason.trim() === '') return;
    decide.mutate({ verdict, reason }, { onSuccess: () => announce(t(verdict === 'keep' ? 'inquiry.kept' : 'inquiry.proposed')) });
  };
  return (
    <>
      <AreaField
        label={t('inquiry.reason')}
        hint={t('inquiry.reason_hint')}
        maxLength={LONGEST_REASON}
        value={reason}
        error={isAsked && reason.trim() === '' ? t('codes:REASON_MISSING') : null}
        onChange={(event) => setReason(event.target.value)}
      />
      <ProblemAlert error={decide.error} />
      <div className="row">
        <Button look="primary" busy={decide.isPending} onClick={() => say('keep')}>
          {t('inquiry.keep')}
        </Button>
        <Button look="danger" busy={decide.isPending} onClick={() => say('exclude')}>
          {t('inquiry.exclude')}
        </Button>
      </div>
    </>
  );
}
