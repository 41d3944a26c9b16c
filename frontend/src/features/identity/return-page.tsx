// Back from the provider of single sign-on: the code goes to the server once, and out of the address at once.

import { useEffect, useRef, useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';

import { homeOf } from '@/domain/roles';
import { useWords } from '@/i18n/use-words';
import { ProblemAlert } from '@/ui/problem-alert';
import { Loading } from '@/ui/states';

import { Card } from './card';
import { useComeBack } from './factor-queries';

export default function ReturnPage() {
  const { t } = useWords('security');
  const [given] = useSearchParams();
  const [brought] = useState({ code: given.get('code') ?? '', state: given.get('state') ?? '' });
  const navigate = useNavigate();
  const { mutate, isError, error } = useComeBack();
  const isSent = useRef(false);
  const isWhole = brought.code !== '' && brought.state !== '';
  useEffect(() => {
    if (isSent.current || !isWhole) return;
    isSent.current = true;
    history.replaceState(null, '', location.pathname);
    mutate(brought, { onSuccess: (me) => void navigate(homeOf(me.roles), { replace: true }) });
  }, [brought, isWhole, mutate, navigate]);
  return (
    <Card title={t('sso.title')} links={<Link to="/sign-in">{t('common:actions.sign_in')}</Link>}>
      {isError && <ProblemAlert error={error} title={t('sso.failed')} />}
      {!isWhole && <p role="alert">{t('sso.failed')}</p>}
      {isWhole && !isError && <Loading lines={2} />}
    </Card>
  );
}
