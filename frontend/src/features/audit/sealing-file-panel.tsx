// Which file seals, since when, and how to compare it: for suppliers on /verify, for the auditor beside the checkpoints.
import { useWords } from '@/i18n/use-words';
import { ButtonAnchor } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';

import css from './audit.module.css';
import { useSealing, type Sealing } from './queries';

// The service hands it out as a download: a page saved by the browser may come out changed.
const COPY = '/seal/bidroom-seal.html';

export function SealingFilePanel() {
  const { t } = useWords('audit');
  const query = useSealing();
  return (
    <Panel title={t('sealing_file.title')} note={t('sealing_file.note')}>
      <QueryView query={query} lines={4}>
        {(sealing) => <Shown sealing={sealing} />}
      </QueryView>
    </Panel>
  );
}

function Shown({ sealing }: { sealing: Sealing }) {
  const { t } = useWords('audit');
  const { path, sha256, page_sha256: page } = sealing;
  return (
    <div className="stack">
      <p>{t('sealing_file.lead')}</p>
      {path === null || sha256 === null || page === null ? (
        <p className="muted">{t('sealing_file.none')}</p>
      ) : (
        <>
          <Hash label={t('sealing_file.file')} sha256={sha256} command={`curl -s ${location.origin}${path} | sha256sum`} />
          <p>{t('sealing_file.offline')}</p>
          <Hash label={t('sealing_file.page')} sha256={page} command="sha256sum bidroom-seal.html" />
          <div>
            <ButtonAnchor href={COPY} download icon="export">
              {t('sealing_file.take')}
            </ButtonAnchor>
          </div>
        </>
      )}
      {sealing.releases.length > 0 && <Releases sealing={sealing} />}
    </div>
  );
}

function Hash({ label, sha256, command }: { label: string; sha256: string; command: string }) {
  const { t } = useWords('audit');
  return (
    <div className="stack-tight">
      <p className={css['hash']}>
        <span className="small muted">{label}</span>
        <code>{sha256}</code>
        <CopyButton text={sha256} />
      </p>
      <p className={css['hash']}>
        <span className="small muted">{t('sealing_file.compare')}</span>
        <code>{command}</code>
        <CopyButton text={command} />
      </p>
    </div>
  );
}

function Releases({ sealing }: { sealing: Sealing }) {
  const { t } = useWords('audit');
  const short = (sha256: string) => <code title={sha256}>{sha256.slice(0, 16)}…</code>;
  return (
    <PlainTable
      caption={t('sealing_file.releases')}
      rows={sealing.releases}
      rowKey={(one) => one.at}
      columns={[
        { key: 'at', title: t('sealing_file.at'), cell: (one) => <Instant at={one.at} as="second" /> },
        { key: 'version', title: t('sealing_file.version'), cell: (one) => one.version },
        {
          key: 'sha256',
          title: t('sealing_file.sha256'),
          cell: (one) => (
            <>
              {short(one.sha256)} {one === sealing.releases[0] && one.sha256 === sealing.sha256 && <Tag tone="good">{t('sealing_file.now')}</Tag>}
            </>
          ),
        },
        { key: 'page', title: t('sealing_file.page_sha256'), cell: (one) => short(one.page_sha256) },
      ]}
    />
  );
}
