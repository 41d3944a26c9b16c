// RQ-03: what requester and purchaser write to each other about a project; kept with it, the journal holds each one's digest.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { AreaField } from '@/ui/field';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';

import css from './demand.module.css';
import { useSendMessage, type Project } from './queries';

export function MessagesPanel({ held }: { held: Project }) {
  const { t, find } = useWords('demand');
  if (held.messages.length === 0 && !held.may_write) return null;
  return (
    <Panel title={t('messages.title')} note={t('messages.note')}>
      <div className="stack">
        {held.messages.length > 0 && (
          <ol className="stack">
            {held.messages.map((one) => (
              <li key={`${one.said_at}-${one.by_role}`} className={`${css['message'] ?? ''} ${one.is_me ? (css['own'] ?? '') : ''}`}>
                <span className="row small muted">
                  <span>{one.is_me ? t('messages.me') : (one.name ?? find(`words:roles.${one.by_role}`, one.by_role))}</span>
                  <Instant at={one.said_at} />
                </span>
                <p className={css['said']}>{one.said}</p>
              </li>
            ))}
          </ol>
        )}
        {held.may_write && <Write key={held.messages.length} held={held} />}
      </div>
    </Panel>
  );
}

function Write({ held }: { held: Project }) {
  const { t } = useWords('demand');
  const send = useSendMessage(held.id);
  const [said, setSaid] = useState('');
  return (
    <form
      className="stack-tight"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (said.trim()) send.mutate({ said: said.trim() }, { onSuccess: () => announce(t('messages.sent')) });
      }}
    >
      <AreaField label={t('messages.write')} hint={held.is_mine ? undefined : t('messages.no_names')} rows={3} maxLength={4000} value={said} onChange={(event) => setSaid(event.target.value)} />
      <ProblemAlert error={send.error} />
      <div className={css['actions']}>
        <Button type="submit" busy={send.isPending} disabled={!said.trim()}>
          {t('messages.send')}
        </Button>
      </div>
    </form>
  );
}
