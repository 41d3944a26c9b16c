// "/": home for those who are signed in, the demo's door or the sign-in for the others.

import { Navigate } from 'react-router';

import { useConfig } from '@/api/config';
import { useMeQuery } from '@/api/session';
import { homeOf } from '@/domain/roles';
import { Failed, Loading } from '@/ui/states';

import DoorPage from './door-page';

export default function FrontPage() {
  const me = useMeQuery();
  const config = useConfig();
  if (me.data) return <Navigate to={homeOf(me.data.roles)} replace />;
  const failed = [me, config].find((query) => query.isError && query.data === undefined);
  if (failed) return <Failed error={failed.error} onRetry={() => void failed.refetch()} />;
  if (me.data === undefined || config.data === undefined) return <Loading />;
  return config.data.demo ? <DoorPage /> : <Navigate to="/sign-in" replace />;
}
