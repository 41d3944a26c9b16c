// The foot of every page: whether somebody outside the house watches the journal, or since when nobody does.
import { Link } from 'react-router';

import { useWitnesses } from '@/api/witnesses';
import { useWords } from '@/i18n/use-words';
import { Ago, Instant } from '@/ui/instant';

export function WitnessMark() {
  const { t } = useWords('frame');
  const witnesses = useWitnesses().data;
  if (witnesses === undefined) return null;
  const there = witnesses.filter((one) => one.is_there);
  const last = (there.length > 0 ? there : witnesses).flatMap((one) => one.seen_at ?? []).toSorted().at(-1);
  return (
    <p>
      {there.length > 0 ? (
        <>
          {t('witness.there', { names: there.map((one) => one.name).join(t('witness.and')) })} {last !== undefined && <Ago at={last} />}
        </>
      ) : (
        <>
          {t('witness.none')}
          {last !== undefined && (
            <>
              {' '}
              {t('witness.since')} <Instant at={last} />
            </>
          )}
        </>
      )}{' '}
      · <Link to="/verify">{t('witness.more')}</Link>
    </p>
  );
}
