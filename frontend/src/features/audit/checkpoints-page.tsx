// The signed heads of all chains, one a minute and at every turn of a tender, and the key that signs them.

import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { Facts } from '@/ui/facts';
import { Ago, Instant } from '@/ui/instant';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { Tag } from '@/ui/state-tag';
import { Empty, Failed, Loading } from '@/ui/states';

import css from './audit.module.css';
import { KeyPanel } from './key-panel';
import { useCheckpoints, type Checkpoint } from './queries';
import { SealingFilePanel } from './sealing-file-panel';
import { WitnessPanel } from './witness-panel';

export default function CheckpointsPage() {
  const { t } = useWords('audit');
  const query = useCheckpoints();
  const list = query.data?.pages.flatMap((page) => page.checkpoints);
  const latest = list?.[0];
  return (
    <>
      <PageHeader title={t('checkpoints.title')} lead={t('checkpoints.lead')} />
      <div className="stack">
        {latest && <Latest checkpoint={latest} />}
        <WitnessPanel />
        <KeyPanel />
        <SealingFilePanel />
        <Panel title={t('checkpoints.all')} flush>
          {list === undefined ? (
            query.isError ? <Failed error={query.error} onRetry={() => void query.refetch()} /> : <Loading />
          ) : list.length === 0 ? (
            <Empty icon="checkpoint" title={t('checkpoints.empty')}>
              {t('checkpoints.empty_why')}
            </Empty>
          ) : (
            <List checkpoints={list} />
          )}
        </Panel>
        {query.hasNextPage && (
          <div className={css['more']}>
            <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t('common:actions.more')}
            </Button>
          </div>
        )}
      </div>
    </>
  );
}

function Latest({ checkpoint }: { checkpoint: Checkpoint }) {
  const { t } = useWords('audit');
  return (
    <Panel title={t('checkpoints.latest')} note={<Ago at={checkpoint.at} />}>
      <div className="stack">
        <Facts
          items={[
            { term: t('checkpoints.number'), value: <span className="num">{checkpoint.n}</span> },
            { term: t('checkpoints.at'), value: <Instant at={checkpoint.at} as="second" named /> },
            { term: t('checkpoints.chains'), value: <span className="num">{checkpoint.chains}</span> },
            { term: t('checkpoints.entries'), value: <span className="num">{checkpoint.entries}</span> },
          ]}
        />
        <p className={css['hash']}>
          <span className="small muted">{t('checkpoints.root')}</span>
          <code>{checkpoint.root}</code>
          <CopyButton text={checkpoint.root} />
        </p>
      </div>
    </Panel>
  );
}

function List({ checkpoints }: { checkpoints: readonly Checkpoint[] }) {
  const { t, find } = useWords('audit');
  return (
    <PlainTable
      caption={t('checkpoints.all')}
      rows={checkpoints}
      rowKey={(checkpoint) => String(checkpoint.n)}
      columns={[
        { key: 'n', title: t('checkpoints.number'), cell: (one) => <span className="num">{one.n}</span> },
        { key: 'at', title: t('checkpoints.at'), cell: (one) => <Instant at={one.at} as="second" /> },
        { key: 'why', title: t('checkpoints.reason'), cell: (one) => <Tag>{find(`checkpoints.reasons.${one.reason}`, one.reason)}</Tag> },
        { key: 'chains', title: t('checkpoints.chains'), right: true, cell: (one) => one.chains },
        { key: 'entries', title: t('checkpoints.entries'), right: true, cell: (one) => one.entries },
        { key: 'cosigned', title: t('checkpoints.cosigned_by'), cell: (one) => one.cosigned_by.join(t('witness.and')) || <span className="muted">{t('common:table.none')}</span> },
        ...(checkpoints.some((one) => one.stamped_at !== null)
          ? [
              {
                key: 'stamped',
                title: t('checkpoints.stamped_at'),
                cell: (one: Checkpoint) => (one.stamped_at === null ? <span className="muted">{t('common:table.none')}</span> : <Instant at={one.stamped_at} as="second" />),
              },
            ]
          : []),
        { key: 'root', title: t('checkpoints.root'), cell: (one) => <code title={one.root}>{one.root.slice(0, 16)}…</code> },
        { key: 'prev', title: t('checkpoints.prev'), cell: (one) => <code title={one.prev}>{one.prev.slice(0, 16)}…</code> },
      ]}
    />
  );
}
