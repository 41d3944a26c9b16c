// Emergency unsealing: the names of all bidders without a decision, for an investigation; all bidders are told of it.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { AreaField } from '@/ui/field';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';

import { SHORTEST_REASON } from './reading-form';
import { useAskInvestigation, useReadNames, type Read, type Readings } from './reading-queries';

interface Props {
  tender: string;
  state: Readings['investigation'];
  onRead: (read: Read) => void;
}

export function Investigation({ tender, state, onRead }: Props) {
  const { t } = useWords('audit');
  const names = useReadNames(tender);
  return (
    <Panel title={t('investigation.title')}>
      <div className="stack">
        <p className="small muted">{t('investigation.why')}</p>
        <ProblemAlert error={names.error} />
        {state.is_done && (
          <Banner
            tone="warn"
            title={t('investigation.done')}
            actions={
              <Button size="small" busy={names.isPending} onClick={() => names.mutate(undefined, { onSuccess: onRead })}>
                {t('investigation.read')}
              </Button>
            }
          >
            {state.decided_at && <Instant at={state.decided_at} as="second" />} {state.reason}
          </Banner>
        )}
        {state.is_waiting && <Banner title={t('investigation.waiting')}>{state.reason}</Banner>}
        {state.can_ask && <AskForm tender={tender} />}
        {!state.can_ask && !state.is_done && !state.is_waiting && <p className="muted">{t('investigation.not_now')}</p>}
      </div>
    </Panel>
  );
}

function AskForm({ tender }: { tender: string }) {
  const { t } = useWords('audit');
  const ask = useAskInvestigation(tender);
  const [reason, setReason] = useState('');
  const [isAsked, setAsked] = useState(false);
  const isShort = reason.trim().length < SHORTEST_REASON;
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (!isShort) ask.mutate(reason.trim(), { onSuccess: () => announce(t('readings.asked')) });
      }}
    >
      <ProblemAlert error={ask.error} />
      <AreaField
        label={t('readings.reason')}
        maxLength={500}
        value={reason}
        error={isAsked && isShort ? t('common:form.too_short', { count: SHORTEST_REASON }) : null}
        onChange={(event) => setReason(event.target.value)}
      />
      <div>
        <Button type="submit" icon="warn" busy={ask.isPending}>
          {t('investigation.ask')}
        </Button>
      </div>
    </form>
  );
}
