// /sealed/:roundId (SP-04, SP-06): the lobby and the sealed round in one page. Without WebCrypto nothing can be sealed, so
// nothing is asked for and nothing is sent (attacks.md S16).
import { Navigate, useParams } from 'react-router';

import { asProblem } from '@/api/problem';
import { useSignedIn } from '@/api/session';
import { useWords } from '@/i18n/use-words';
import { hasWebCrypto } from '@/sealing/seal';
import { Banner } from '@/ui/banner';
import { ButtonLink } from '@/ui/button';
import { PageHeader } from '@/ui/page-header';
import { Empty, Failed, Loading } from '@/ui/states';

import { useSealedRound, useTenderFacts } from './queries';
import { SealedRoundView } from './sealed-round';

export default function SealedPage() {
  const { roundId = '' } = useParams();
  const { t } = useWords('sealed-rounds');
  const me = useSignedIn();
  const round = useSealedRound(roundId);
  const tender = useTenderFacts(round.data?.tender_id);
  if (!hasWebCrypto()) {
    return (
      <div className="stack">
        <PageHeader title={t('title')} back={{ to: '/home', label: t('refused.home') }} />
        <Banner tone="bad" title={t('refused.title')}>
          {t('refused.why')}
        </Banner>
      </div>
    );
  }
  if (round.data !== undefined && round.data.audience !== 'supplier') return <Navigate to={`/tenders/${round.data.tender_id}`} replace />;
  if (round.data !== undefined && tender.data !== undefined) return <SealedRoundView key={roundId} round={round.data} tender={tender.data} owner={me.account_id} isStale={round.isError} />;
  const error = round.error ?? tender.error;
  if (error === null) return <Loading />;
  const { status } = asProblem(error);
  if (status !== 404 && status !== 403) return <Failed error={error} onRetry={() => void Promise.all([round.refetch(), tender.refetch()])} />;
  return (
    <Empty icon="lock" title={t('common:states.not_found')} next={<ButtonLink to="/home">{t('refused.home')}</ButtonLink>}>
      <p>{t('common:states.not_found_why')}</p>
    </Empty>
  );
}
