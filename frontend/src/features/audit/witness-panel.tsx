// Who outside the house watches the journal, and since when nobody does: beside the journal's key, wherever that stands.

import { useWitnesses, type OutsideWitness } from '@/api/witnesses';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { CopyButton } from '@/ui/copy-button';
import { Ago, Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';

import css from './audit.module.css';

export function WitnessPanel() {
  const { t } = useWords('audit');
  const query = useWitnesses();
  return (
    <Panel title={t('witness.title')} note={t('witness.note')}>
      <QueryView query={query} lines={3}>
        {(witnesses) => <Shown witnesses={witnesses} />}
      </QueryView>
    </Panel>
  );
}

function Shown({ witnesses }: { witnesses: readonly OutsideWitness[] }) {
  const { t } = useWords('audit');
  return (
    <div className="stack">
      <p>{t('witness.lead')}</p>
      {!witnesses.some((one) => one.is_there) && <Nobody witnesses={witnesses} />}
      {witnesses.length > 0 && (
        <ul className="stack">
          {witnesses.map((one) => (
            <li key={one.public_key}>
              <One witness={one} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** No witness is set, or none has been heard of for a while. */
function Nobody({ witnesses }: { witnesses: readonly OutsideWitness[] }) {
  const { t } = useWords('audit');
  const last = lastSeen(witnesses);
  return (
    <Banner tone="warn" role="note" title={t('witness.none')}>
      {witnesses.length === 0 ? (
        <p>{t('witness.none_why')}</p>
      ) : (
        <p>
          {last === null ? t('witness.none_yet') : t('witness.away_since')} {last !== null && <Instant at={last} as="second" named />}{' '}
          {t('witness.away_why')}
        </p>
      )}
    </Banner>
  );
}

function One({ witness }: { witness: OutsideWitness }) {
  const { t } = useWords('audit');
  return (
    <div className="stack-tight">
      <p className="row">
        <strong>{witness.name}</strong>
        <Tag tone={witness.is_there ? 'good' : 'warn'}>{t(witness.is_there ? 'witness.there' : 'witness.away')}</Tag>
        <span className="small muted">
          {witness.seen_at === null ? (
            t('witness.never')
          ) : (
            <>
              {t('witness.seen')} <Instant at={witness.seen_at} as="second" /> (<Ago at={witness.seen_at} />)
            </>
          )}
        </span>
      </p>
      <p className={css['hash']}>
        <span className="small muted">{t('witness.public_key')}</span>
        <code>{witness.public_key}</code>
        <CopyButton text={witness.public_key} />
      </p>
      <p className={css['hash']}>
        <span className="small muted">{t('key.fingerprint')}</span>
        <code>{witness.fingerprint}</code>
        <CopyButton text={witness.fingerprint} />
      </p>
      <p className={css['hash']}>
        <span className="small muted">{t('key.words')}</span>
        <code>{witness.words}</code>
      </p>
    </div>
  );
}

function lastSeen(witnesses: readonly OutsideWitness[]): string | null {
  const seen = witnesses.flatMap((one) => one.seen_at ?? []);
  return seen.toSorted().at(-1) ?? null;
}
