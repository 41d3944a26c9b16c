// The second step of a sign-in: prove the second factor, or set one up where the roles ask for it.

import { useState } from 'react';
import { Navigate, useLocation, useNavigate } from 'react-router';

import { useMe, useSignOut } from '@/api/session';
import { homeOf } from '@/domain/roles';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Loading } from '@/ui/states';

import { Card } from './card';
import { EnrolFactor } from './enrol-factor';
import { nextPage } from './next-page';
import { ProofForm } from './proof-form';
import { RecoveryCodes } from './recovery-codes';

export default function SecondFactorPage() {
  const { t } = useWords('security');
  const { search } = useLocation();
  const navigate = useNavigate();
  const me = useMe();
  const signOut = useSignOut();
  const [codes, setCodes] = useState<readonly string[]>([]);
  if (me === undefined) return <Loading />;
  if (me === null) return <Navigate to="/sign-in" replace />;
  const next = nextPage(search, homeOf(me.roles));
  if (codes.length > 0) {
    return (
      <Card title={t('page.enrolled')}>
        <RecoveryCodes codes={codes} onKept={() => void navigate(next, { replace: true })} />
      </Card>
    );
  }
  if (me.stage === 'full') return <Navigate to={next} replace />;
  const leave = (
    <Button size="small" busy={signOut.isPending} onClick={() => signOut.mutate(undefined, { onSettled: () => void navigate('/sign-in', { replace: true }) })}>
      {t('common:actions.sign_out')}
    </Button>
  );
  return me.stage === 'prove' ? (
    <Card title={t('page.prove')} lead={t('page.prove_lead', { name: me.name })} links={leave}>
      <ProofForm me={me} onProven={() => void navigate(next, { replace: true })} />
    </Card>
  ) : (
    <Card title={t('page.enrol')} lead={t('page.enrol_lead')} links={leave}>
      <EnrolFactor onDone={(made) => (made.length > 0 ? setCodes(made) : void navigate(next, { replace: true }))} />
    </Card>
  );
}
