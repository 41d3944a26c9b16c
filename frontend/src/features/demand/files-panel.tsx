// The files of a request, by their titles; its requester adds some while the request is in his hands.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { FileDrop } from '@/ui/file-drop';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';

import { useAttach, type Project } from './queries';

export function FilesPanel({ held }: { held: Project }) {
  const { t } = useWords('demand');
  const canAdd = held.is_mine && held.acts.includes('submit');
  if (held.attachments.length === 0 && !canAdd) return null;
  return (
    <Panel title={t('files.title')}>
      <div className="stack">
        <ul className="stack-tight">
          {held.attachments.map((file) => (
            <li key={file.id}>
              <a href={`/api/projects/${held.id}/attachments/${file.id}/content`} download>
                {file.title}
              </a>
            </li>
          ))}
        </ul>
        {canAdd && <AddFile key={held.attachments.length} held={held} />}
      </div>
    </Panel>
  );
}

function AddFile({ held }: { held: Project }) {
  const { t } = useWords('demand');
  const attach = useAttach(held.id);
  const [file, setFile] = useState<File | null>(null);
  const [title, setTitle] = useState('');
  return (
    <div className="stack">
      <FileDrop label={t('files.file')} hint={t('files.hint')} accept=".pdf,.png,.jpg,.jpeg" file={file} onFile={setFile} />
      <TextField label={t('files.name')} value={title} maxLength={120} onChange={(event) => setTitle(event.target.value)} />
      <ProblemAlert error={attach.error} />
      <Button busy={attach.isPending} disabled={file === null || !title.trim()} onClick={() => file && attach.mutate({ file, title: title.trim() })}>
        {t('files.add')}
      </Button>
    </div>
  );
}
