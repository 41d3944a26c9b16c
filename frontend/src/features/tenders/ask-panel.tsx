// SP-03 Q&A: a supplier asks through the relay and sees what became of its own questions.
import { useState } from 'react';

import { useSignedIn } from '@/api/session';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { AreaField } from '@/ui/field';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';

import { useAsk, useOwnQuestions, type OwnQuestions } from './question-data';
import css from './questions.module.css';

const LONGEST = 1000;
const TONES = { under_review: 'calm', returned: 'warn', passed_on: 'calm', answered: 'good' } as const;

export function AskPanel({ tenderId, zone }: { tenderId: string; zone: string }) {
  const { t } = useWords('questions');
  const own = useOwnQuestions(tenderId, true);
  const mayBid = useSignedIn().rights.includes('bid');
  return (
    <QueryView query={own}>
      {(shown) => (
        <>
          {mayBid ? <AskForm tenderId={tenderId} canAsk={shown.can_ask} /> : <Banner role="note">{t('ask.view_only')}</Banner>}
          <OwnList own={shown} zone={zone} />
        </>
      )}
    </QueryView>
  );
}

function AskForm({ tenderId, canAsk }: { tenderId: string; canAsk: boolean }) {
  const { t } = useWords('questions');
  const [text, setText] = useState('');
  const [isTried, setTried] = useState(false);
  const ask = useAsk(tenderId);
  const isEmpty = text.trim() === '';
  const send = () => {
    setTried(true);
    if (isEmpty) return;
    ask.mutate(text.trim(), {
      onSuccess: () => {
        setText('');
        setTried(false);
        announce(t('ask.sent'));
      },
    });
  };
  // What was typed stays, even where questions close meanwhile.
  return (
    <Panel title={t('ask.title')}>
      <div className="stack">
        {!canAsk && <Banner tone="warn">{t('ask.closed')}</Banner>}
        {(canAsk || !isEmpty) && (
          <AreaField
            label={t('ask.label')}
            hint={t('ask.hint')}
            rows={4}
            maxLength={LONGEST}
            value={text}
            onChange={(event) => setText(event.target.value)}
            error={isTried && isEmpty ? t('common:form.required') : null}
          />
        )}
        {ask.isSuccess && isEmpty && <Banner tone="good">{t('ask.sent')}</Banner>}
        <ProblemAlert error={ask.error} />
        {canAsk && (
          <div>
            <Button look="primary" busy={ask.isPending} onClick={send}>
              {t('ask.send')}
            </Button>
          </div>
        )}
      </div>
    </Panel>
  );
}

function OwnList({ own, zone }: { own: OwnQuestions; zone: string }) {
  const { t } = useWords('questions');
  return (
    <Panel title={t('ask.own')} note={t('ask.own_note')}>
      {own.questions.length === 0 ? (
        <p className="muted">{t('ask.none')}</p>
      ) : (
        <ul className={css['list']}>
          {own.questions.map((one) => (
            <li key={one.id} className={css['pair']}>
              <div className="row">
                <Tag tone={TONES[one.state]}>{t(`states.${one.state}`)}</Tag>
                <span className="small muted">
                  {t('ask.asked')} <Instant at={one.asked_at} zone={zone} />
                </span>
              </div>
              <p className={css['question']}>{one.text}</p>
              {one.reason !== null && <p>{t(`reasons.${one.reason}`)}</p>}
              <p className="small muted">
                {t('ask.proof')} <code className={css['proof']}>{one.commitment}</code>
              </p>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
