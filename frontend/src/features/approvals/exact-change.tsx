// The exact change an approval binds: readable first, then the hash, then the bytes.

import { useWords } from '@/i18n/use-words';
import { Panel } from '@/ui/panel';
import { RecordView } from '@/ui/record-view';
import { useFieldWords } from '@/ui/use-field-words';

import css from './approvals.module.css';
import type { Proposal } from './queries';

export function ExactChange({ proposal }: { proposal: Proposal }) {
  const { t } = useWords('approvals');
  const words = useFieldWords();
  // A published document is long: it stands apart, and an amendment's is told by its differences above.
  const { document, ...rest } = proposal.change;
  return (
    <Panel
      title={t('detail.change')}
      note={t('detail.change_note')}
      foot={
        <p className={css['hash']}>
          <span className="small muted">{t('detail.hash')}</span>
          <code>{proposal.change_hash}</code>
        </p>
      }
    >
      <div className="stack">
        <RecordView value={rest} {...words} />
        {isDocument(document) && (
          <details open={proposal.kind === 'tender.publish'}>
            <summary className={css['summary']}>{t('detail.document')}</summary>
            <div className={css['document']}>
              <RecordView value={document} {...words} />
            </div>
          </details>
        )}
        <details>
          <summary className={css['summary']}>{t('detail.bytes')}</summary>
          {/* Scrolls sideways: reachable by keyboard. */}
          <pre className={css['bytes']} tabIndex={0}>
            {JSON.stringify(proposal.change, null, 2)}
          </pre>
        </details>
      </div>
    </Panel>
  );
}

function isDocument(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
