// A supplier's own page of questions about its price: the buyer asks by alias, the answer goes back without a name.

import { useState } from 'react';
import { useParams } from 'react-router';

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { AreaField } from '@/ui/field';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';
import page from '@/ui/working-page.module.css';

import css from './award.module.css';
import { AwardHeader } from './award-header';
import { useAnswer, useOwnInquiries, useTender, type OwnInquiry } from './queries';

// app/domain/abnormal.py, LONGEST_TEXT.
const LONGEST = 4000;
const TONES = { open: 'warn', answered: 'good', lapsed: 'bad' } as const;

export default function OwnInquiriesPage() {
  const { t } = useWords('decision-room');
  const { tenderId = '' } = useParams();
  const tender = useTender(tenderId);
  const own = useOwnInquiries(tenderId);
  return (
    <QueryView query={tender}>
      {(shown) => (
        <div className="stack">
          <AwardHeader tender={shown} what={t('own.title')} />
          <QueryView query={own}>
            {(told) =>
              told.inquiries.length === 0 ? (
                <Panel>
                  <Empty icon="check" title={t('own.none')}>
                    {t('own.none_why')}
                  </Empty>
                </Panel>
              ) : (
                <>
                  <p className={page['lead']}>{t('own.lead')}</p>
                  {told.inquiries.map((inquiry) => (
                    <Question key={inquiry.id} tenderId={tenderId} inquiry={inquiry} />
                  ))}
                </>
              )
            }
          </QueryView>
        </div>
      )}
    </QueryView>
  );
}

function Question({ tenderId, inquiry }: { tenderId: string; inquiry: OwnInquiry }) {
  const { t, lang } = useWords('decision-room');
  const title = pick(lang, { zh: inquiry.title_zh, en: inquiry.title_en });
  return (
    <Panel title={`${String(inquiry.number)} · ${title}`} actions={<Tag tone={TONES[inquiry.state]}>{t(`own.states.${inquiry.state}`)}</Tag>}>
      <div className="stack">
        <blockquote className={css['note']}>{inquiry.question}</blockquote>
        <Facts
          items={[
            { term: t('own.asked'), value: <Instant at={inquiry.asked_at} named /> },
            { term: t('own.due'), value: <Instant at={inquiry.due_at} named /> },
            ...(inquiry.answer === null ? [] : [{ term: t('own.answer'), value: <span className={css['said']}>{inquiry.answer}</span> }]),
          ]}
        />
        {inquiry.state === 'open' ? <Answer tenderId={tenderId} inquiryId={inquiry.id} /> : <p className="muted">{t(inquiry.state === 'answered' ? 'own.answered_why' : 'own.lapsed_why')}</p>}
      </div>
    </Panel>
  );
}

function Answer({ tenderId, inquiryId }: { tenderId: string; inquiryId: string }) {
  const { t } = useWords('decision-room');
  const [text, setText] = useState('');
  const answer = useAnswer(tenderId, inquiryId);
  return (
    <>
      <AreaField label={t('own.answer')} hint={t('own.once')} rows={6} maxLength={LONGEST} value={text} onChange={(event) => setText(event.target.value)} />
      <ProblemAlert error={answer.error} />
      <div className="row">
        <Button look="primary" size="large" disabled={text.trim() === ''} busy={answer.isPending} onClick={() => answer.mutate(text, { onSuccess: () => announce(t('own.sent')) })}>
          {t('own.send')}
        </Button>
      </div>
    </>
  );
}
