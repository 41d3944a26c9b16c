// One's own account: who, in which language, and which sessions are open.

import { useState } from 'react';
import { Link } from 'react-router';

import { useConfig } from '@/api/config';
import { useSignedIn } from '@/api/session';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { CheckField, TextField } from '@/ui/field';
import { Ago, Instant } from '@/ui/instant';
import { LanguageSwitch } from '@/ui/language-switch';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';

import { useEndOtherSessions, useEndSession, useSaveTexts, useSessions } from './queries';
import { RelationsPanel } from './relations-panel';
import { SecurityPanel } from './security-panel';

export default function AccountPage() {
  const { t, find } = useWords('identity');
  const me = useSignedIn();
  const roles = me.roles.map((role) => find(`words:roles.${role}`, role)).join(t('common:list_separator'));
  return (
    <>
      <PageHeader title={t('account.title')} lead={t('account.lead')} />
      <div className="stack">
        <Panel title={t('account.who')}>
          <Facts
            items={[
              { term: t('name'), value: me.name },
              { term: t('email'), value: me.email },
              { term: t('account.roles'), value: roles },
              { term: t('common:language.switch'), value: <LanguageSwitch /> },
            ]}
          />
        </Panel>
        <TextsPanel />
        <SecurityPanel />
        <Sessions />
        {me.kind === 'staff' && <RelationsPanel />}
        <Panel title={t('password')}>
          <p>
            {t('account.password_how')} <Link to="/reset">{t('account.password_link')}</Link>
          </p>
        </Panel>
      </div>
    </>
  );
}

const MOBILE = /^\+[1-9]\d{6,14}$/;

/** Text messages, where the service has a gateway: a number, and whether it is used (SCREENS.md SP-13, LR-43). */
function TextsPanel() {
  const { t } = useWords('identity');
  const me = useSignedIn();
  const config = useConfig();
  const save = useSaveTexts();
  const [mobile, setMobile] = useState(me.mobile ?? '');
  const [isOn, setOn] = useState(me.has_texts);
  if (config.data?.texts !== true) return null;
  const number = mobile.replace(/[\s()-]/g, '');
  const isWrong = number !== '' && !MOBILE.test(number);
  return (
    <Panel title={t('texts.title')} note={t(me.has_texts ? 'texts.on' : 'texts.off')}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isWrong) save.mutate({ mobile: number === '' ? null : number, is_on: isOn && number !== '' });
        }}
      >
        <TextField
          label={t('texts.mobile')}
          hint={t('texts.hint')}
          error={isWrong ? t('texts.wrong') : null}
          type="tel"
          autoComplete="tel"
          value={mobile}
          onChange={(event) => setMobile(event.target.value)}
        />
        <CheckField label={t('texts.want')} checked={isOn} onChange={(event) => setOn(event.target.checked)} />
        <ProblemAlert error={save.error} />
        <div className="row">
          <Button type="submit" busy={save.isPending}>
            {t('texts.save')}
          </Button>
        </div>
      </form>
    </Panel>
  );
}

function Sessions() {
  const { t } = useWords('identity');
  const { t: say } = useWords('security');
  const sessions = useSessions();
  const end = useEndSession();
  const endOthers = useEndOtherSessions();
  const others = (sessions.data?.length ?? 0) > 1 && (
    <Button size="small" busy={endOthers.isPending} onClick={() => endOthers.mutate()}>
      {say('sessions.end_others')}
    </Button>
  );
  return (
    <Panel title={t('account.sessions')} note={t('account.sessions_note')} actions={others} flush>
      <ProblemAlert error={end.error ?? endOthers.error} />
      <QueryView query={sessions} lines={3}>
        {(list) => (
          <PlainTable
            caption={t('account.sessions')}
            rows={list}
            rowKey={(session) => session.ref}
            columns={[
              { key: 'device', title: say('sessions.device'), cell: (session) => session.device || say('sessions.unknown') },
              { key: 'started', title: t('account.started'), cell: (session) => <Instant at={session.started_at} /> },
              { key: 'seen', title: t('account.seen'), cell: (session) => <Ago at={session.seen_at} /> },
              {
                key: 'end',
                title: t('account.end'),
                right: true,
                cell: (session) =>
                  session.is_current ? (
                    <Tag tone="live">{t('account.current')}</Tag>
                  ) : (
                    <Button size="small" busy={end.isPending && end.variables === session.ref} onClick={() => end.mutate(session.ref)}>
                      {t('account.end')}
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </QueryView>
    </Panel>
  );
}
