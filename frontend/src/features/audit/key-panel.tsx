// The public key of the journal, and those that handed over to it. Its worth lies in comparing it with the same words from another source.

import type { components } from '@/api/schema';
import { useWords } from '@/i18n/use-words';
import { CopyButton } from '@/ui/copy-button';
import { Facts } from '@/ui/facts';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';

import css from './audit.module.css';
import { useKey } from './queries';

export function KeyPanel() {
  const { t } = useWords('audit');
  const key = useKey();
  return (
    <Panel title={t('key.title')} note={t('key.note')}>
      <QueryView query={key} lines={2}>
        {(shown) => (
          <div className="stack-tight">
            <p className={css['hash']}>
              <span className="small muted">{t('key.fingerprint')}</span>
              <code>{shown.fingerprint}</code>
              <CopyButton text={shown.fingerprint} />
            </p>
            <p className={css['hash']}>
              <span className="small muted">{t('key.words')}</span>
              <code>{shown.words}</code>
            </p>
            {shown.earlier.length > 0 && <EarlierKeys keys={shown.earlier} />}
          </div>
        )}
      </QueryView>
    </Panel>
  );
}

function EarlierKeys({ keys }: { keys: readonly components['schemas']['EarlierKey'][] }) {
  const { t } = useWords('audit');
  return (
    <section className="stack-tight" aria-label={t('key.earlier')}>
      <h4>{t('key.earlier')}</h4>
      <p className="small muted">{t('key.earlier_note')}</p>
      {keys.map((one) => (
        <Facts
          key={one.key_id}
          items={[
            { term: t('key.ended'), value: <Instant at={one.ended_at} as="second" /> },
            { term: t('key.last_checkpoint'), value: String(one.last_checkpoint) },
            { term: t('key.reason'), value: one.reason },
            { term: t('key.fingerprint'), value: <code className={css['hash']}>{one.fingerprint}</code> },
            { term: t('key.words'), value: <code className={css['hash']}>{one.words}</code> },
          ]}
        />
      ))}
    </section>
  );
}
