// What backs the marks: files by aspect, each with its digest; added by the desk or by the supplier itself.

import { useState } from 'react';

import { lastDay } from '@/domain/certification';
import { toMs } from '@/domain/instant';
import { serverClock } from '@/domain/server-clock';
import { useWords } from '@/i18n/use-words';
import { Button, ButtonAnchor } from '@/ui/button';
import { sizeText } from '@/ui/file-drop';
import { Icon } from '@/ui/icon';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { Tag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';

import { EvidenceSheet } from './evidence-sheet';
import { evidenceAddress, type Evidence } from './queries';
import css from './suppliers.module.css';

interface EvidencePanelProps {
  /** null for the own company. */
  supplierId: string | null;
  evidence: readonly Evidence[];
  mayAdd: boolean;
}

export function EvidencePanel({ supplierId, evidence, mayAdd }: EvidencePanelProps) {
  const { t } = useWords('suppliers');
  const [isAdding, setAdding] = useState(false);
  const add = mayAdd && (
    <Button size="small" icon="upload" onClick={() => setAdding(true)}>
      {t('evidence.add')}
    </Button>
  );
  return (
    <Panel title={t('words:evidence')} note={evidence.length > 0 ? String(evidence.length) : undefined} actions={add} flush>
      {evidence.length === 0 ? (
        <Empty title={t('evidence.empty')}>{t('evidence.empty_why')}</Empty>
      ) : (
        <ul className={css['files']}>
          {evidence.map((file) => (
            <EvidenceRow key={file.id} file={file} supplierId={supplierId} />
          ))}
        </ul>
      )}
      {isAdding && <EvidenceSheet supplierId={supplierId} onClose={() => setAdding(false)} />}
    </Panel>
  );
}

function EvidenceRow({ file, supplierId }: { file: Evidence; supplierId: string | null }) {
  const { t, find } = useWords('suppliers');
  const isOver = file.valid_until !== null && toMs(file.valid_until) <= serverClock.now();
  return (
    <li className={css['file']}>
      <Icon name="file" size={20} />
      <span className={css['fileText']}>
        <span className={css['fileName']}>{file.title}</span>
        <span className="row small muted">
          <span>{find(`words:aspects.${file.aspect}`, file.aspect)}</span>
          <span>{sizeText(file.size)}</span>
          <Instant at={file.uploaded_at} as="date" />
          <span>{t(file.by_supplier ? 'evidence.by_supplier' : 'evidence.by_desk')}</span>
          {file.valid_until && (
            <Tag tone={isOver ? 'bad' : 'calm'}>{t(isOver ? 'evidence.expired' : 'evidence.until', { day: lastDay(file.valid_until) })}</Tag>
          )}
        </span>
        <span className="small muted" title={file.sha256}>
          SHA-256 <code>{file.sha256.slice(0, 16)}…</code>
        </span>
      </span>
      <ButtonAnchor href={evidenceAddress(supplierId, file.id)} download size="small" icon="export">
        {t('common:actions.download')}
        <span className="visually-hidden"> {file.title}</span>
      </ButtonAnchor>
    </li>
  );
}
