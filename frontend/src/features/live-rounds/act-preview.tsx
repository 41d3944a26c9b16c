import { useWords } from '@/i18n/use-words';

import type { ActDraft, ActKind } from './act-draft';
import css from './act-drawer.module.css';

/** What every bidder will read, in both languages, before it is sent. */
export function ActPreview({ kind, draft }: { kind: ActKind; draft: ActDraft }) {
  const { t } = useWords('cockpit');
  return (
    <section className={css['preview']}>
      {(kind === 'pause' || kind === 'broadcast') && (
        <>
          <h3>{t('acts.preview')}</h3>
          <div className={css['message']}>
            <p lang="zh-CN">{draft.zh}</p>
            <p lang="en">{draft.en}</p>
          </div>
        </>
      )}
      {kind === 'extend' && <p>{t('acts.extend_note')}</p>}
      {kind !== 'broadcast' && kind !== 'resume' && (
        <>
          <h3>{t('acts.reason')}</h3>
          <p>{draft.reason}</p>
        </>
      )}
    </section>
  );
}
