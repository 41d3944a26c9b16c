// Sign-in with mail address and password. What it answers never tells whether an account exists.

import { useState } from 'react';
import { Link, Navigate, useLocation } from 'react-router';

import { useConfig } from '@/api/config';
import { useMe } from '@/api/session';
import { homeOf } from '@/domain/roles';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { ProblemAlert } from '@/ui/problem-alert';

import { Card, CardForm } from './card';
import { useGoOut } from './factor-queries';
import { nextPage } from './next-page';
import { PasswordField } from './password-field';
import { useSignIn } from './queries';

export default function SignInPage() {
  const { t } = useWords('identity');
  const { t: say } = useWords('security');
  const { search } = useLocation();
  const me = useMe();
  const config = useConfig();
  const signIn = useSignIn();
  const goOut = useGoOut();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [isAsked, setAsked] = useState(false);
  if (me) return <Navigate to={nextPage(search, homeOf(me.roles))} replace />;
  const submit = () => {
    setAsked(true);
    if (email.trim() && password) signIn.mutate({ email: email.trim(), password });
  };
  const missing = (value: string) => (isAsked && !value.trim() ? t('common:form.required') : null);
  return (
    <Card
      title={t('sign_in.title')}
      lead={t('sign_in.lead')}
      links={
        <>
          <Link to="/reset">{t('sign_in.forgotten')}</Link>
          <Link to="/apply">{t('sign_in.apply')}</Link>
          {config.data?.demo && <Link to="/door">{t('sign_in.to_door')}</Link>}
        </>
      }
    >
      <CardForm onSubmit={submit}>
        <ProblemAlert error={signIn.error} />
        <TextField
          label={t('email')}
          type="email"
          name="email"
          autoComplete="username"
          inputMode="email"
          autoCapitalize="none"
          spellCheck={false}
          value={email}
          error={missing(email)}
          onChange={(event) => setEmail(event.target.value)}
        />
        <PasswordField
          label={t('password')}
          autoComplete="current-password"
          value={password}
          error={missing(password)}
          onChange={setPassword}
        />
        <Button type="submit" look="primary" size="large" wide busy={signIn.isPending}>
          {t('common:actions.sign_in')}
        </Button>
      </CardForm>
      {typeof config.data?.single_sign_on === 'string' && (
        <>
          <ProblemAlert error={goOut.error} />
          <Button size="large" wide busy={goOut.isPending} onClick={() => goOut.mutate()}>
            {say('sso.button', { name: config.data.single_sign_on })}
          </Button>
        </>
      )}
    </Card>
  );
}
