// The public key of the journal. Its worth lies in comparing it with the same words from another source.

import { useWords } from '@/i18n/use-words';
import { CopyButton } from '@/ui/copy-button';
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
          </div>
        )}
      </QueryView>
    </Panel>
  );
}
