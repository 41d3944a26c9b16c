// The one-time link of an invitation: whose account it is, one password, and in.

import { useState } from 'react';
import { Link, Navigate } from 'react-router';

import { homeOf } from '@/domain/roles';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';

import { Card, CardForm } from './card';
import { useLinkToken } from './link-token';
import { PasswordField, SHORTEST_PASSWORD, passwordFault } from './password-field';
import { useAcceptInvitation, useInvitation } from './queries';

export default function InvitationPage() {
  const { t } = useWords('identity');
  const token = useLinkToken();
  if (!token) {
    return (
      <Card title={t('invitation.title')} links={<Link to="/sign-in">{t('common:actions.sign_in')}</Link>}>
        <p>{t('invitation.no_token')}</p>
      </Card>
    );
  }
  return <Invitation token={token} />;
}

function Invitation({ token }: { token: string }) {
  const { t } = useWords('identity');
  // Lives here: becoming somebody drops what was asked before, and the form with it.
  const accept = useAcceptInvitation();
  const invitation = useInvitation(token, !accept.isPending && !accept.isSuccess);
  if (accept.isSuccess) return <Navigate to={homeOf(accept.data.roles)} replace />;
  if (invitation.isError) {
    return (
      <Card title={t('invitation.title')} links={<Link to="/sign-in">{t('common:actions.sign_in')}</Link>}>
        <ProblemAlert error={invitation.error} />
        <p className="muted">{t('invitation.used_hint')}</p>
      </Card>
    );
  }
  return (
    <Card title={t('invitation.title')} lead={t('invitation.lead')}>
      <QueryView query={invitation} lines={3}>
        {(person) => (
          <>
            <Facts
              items={[
                { term: t('name'), value: person.name },
                { term: t('email'), value: person.email },
              ]}
            />
            <ChoosePassword token={token} email={person.email} accept={accept} />
          </>
        )}
      </QueryView>
    </Card>
  );
}

function ChoosePassword({ token, email, accept }: { token: string; email: string; accept: ReturnType<typeof useAcceptInvitation> }) {
  const { t } = useWords('identity');
  const [password, setPassword] = useState('');
  const [isAsked, setAsked] = useState(false);
  const fault = passwordFault(password);
  return (
    <CardForm
      onSubmit={() => {
        setAsked(true);
        if (fault === null) accept.mutate({ token, password });
      }}
    >
      <ProblemAlert error={accept.error} />
      {/* Password managers want to know whose password it is. */}
      <input type="email" name="email" autoComplete="username" value={email} readOnly hidden />
      <PasswordField
        label={t('new_password')}
        hint={t('password_hint', { count: SHORTEST_PASSWORD })}
        autoComplete="new-password"
        value={password}
        error={isAsked && fault ? t(`password_fault.${fault}`, { count: SHORTEST_PASSWORD }) : null}
        onChange={setPassword}
      />
      <Button type="submit" look="primary" size="large" wide busy={accept.isPending}>
        {t('invitation.accept')}
      </Button>
    </CardForm>
  );
}
