// A forgotten password: ask for a link, or use the one that came.

import { useState } from 'react';
import { Link, useNavigate } from 'react-router';

import { homeOf } from '@/domain/roles';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { ProblemAlert } from '@/ui/problem-alert';

import { Card, CardForm } from './card';
import { useLinkToken } from './link-token';
import { PasswordField, SHORTEST_PASSWORD, passwordFault } from './password-field';
import { useAcceptReset, useAskReset } from './queries';

export default function ResetPage() {
  const token = useLinkToken();
  return token ? <SetNew token={token} /> : <Ask />;
}

function Ask() {
  const { t } = useWords('identity');
  const ask = useAskReset();
  const [email, setEmail] = useState('');
  const [isAsked, setAsked] = useState(false);
  const isMail = /^\S+@\S+\.\S+$/.test(email.trim());
  return (
    <Card title={t('reset.title')} lead={t('reset.lead')} links={<Link to="/sign-in">{t('reset.back')}</Link>}>
      {ask.isSuccess ? (
        <Banner tone="good" role="status" title={t('reset.sent_title')}>
          {t('reset.sent')}
        </Banner>
      ) : (
        <CardForm
          onSubmit={() => {
            setAsked(true);
            if (isMail) ask.mutate(email.trim());
          }}
        >
          <ProblemAlert error={ask.error} />
          <TextField
            label={t('email')}
            type="email"
            name="email"
            autoComplete="username"
            value={email}
            error={isAsked && !isMail ? t('common:form.invalid_email') : null}
            onChange={(event) => setEmail(event.target.value)}
          />
          <Button type="submit" look="primary" size="large" wide busy={ask.isPending}>
            {t('reset.ask')}
          </Button>
        </CardForm>
      )}
    </Card>
  );
}

function SetNew({ token }: { token: string }) {
  const { t } = useWords('identity');
  const navigate = useNavigate();
  const accept = useAcceptReset();
  const [password, setPassword] = useState('');
  const [isAsked, setAsked] = useState(false);
  const fault = passwordFault(password);
  return (
    <Card title={t('reset.new_title')} lead={t('reset.new_lead')} links={<Link to="/reset">{t('reset.again')}</Link>}>
      <CardForm
        onSubmit={() => {
          setAsked(true);
          if (fault === null) accept.mutate({ token, password }, { onSuccess: (me) => void navigate(homeOf(me.roles), { replace: true }) });
        }}
      >
        <ProblemAlert error={accept.error} />
        <PasswordField
          label={t('new_password')}
          hint={t('password_hint', { count: SHORTEST_PASSWORD })}
          autoComplete="new-password"
          value={password}
          error={isAsked && fault ? t(`password_fault.${fault}`, { count: SHORTEST_PASSWORD }) : null}
          onChange={setPassword}
        />
        <Button type="submit" look="primary" size="large" wide busy={accept.isPending}>
          {t('reset.set')}
        </Button>
      </CardForm>
    </Card>
  );
}
