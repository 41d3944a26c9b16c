// /rooms/:roundId: loads the round's published facts, then opens the room. Light: no Ant Design, no chart package.
import { Navigate, useParams } from 'react-router';

import { asProblem } from '@/api/problem';
import { useSignedIn } from '@/api/session';
import { useWords } from '@/i18n/use-words';
import { ButtonLink } from '@/ui/button';
import { Empty, Failed, Loading } from '@/ui/states';

import { Room } from './room';
import { useRound } from './room-data';
import css from './room.module.css';

export default function RoomPage() {
  const { roundId = '' } = useParams();
  const me = useSignedIn();
  const round = useRound(roundId);
  // The buyer's side has its own picture of the same round.
  if (round.data !== undefined && round.data.audience !== 'supplier') return <Navigate to={`/cockpit/${roundId}`} replace />;
  if (round.data !== undefined) return <Room key={roundId} info={round.data} accountId={me.account_id} />;
  return <main className={css['wait']}>{round.isError ? <NoRoom error={round.error} onRetry={() => void round.refetch()} /> : <Loading />}</main>;
}

function NoRoom({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useWords('live-rounds');
  const { status } = asProblem(error);
  if (status !== 404 && status !== 403) return <Failed error={error} onRetry={onRetry} />;
  return (
    <Empty icon="lock" title={t('room.no_access')} next={<ButtonLink to="/home">{t('room.to_home')}</ButtonLink>}>
      <p>{t('room.no_access_why')}</p>
    </Empty>
  );
}
