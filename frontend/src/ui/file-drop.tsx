// Choosing one file: click, drop or keyboard; the native input underneath does the work.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';

import { Field } from './field';
import css from './file-drop.module.css';
import { Icon } from './icon';

interface FileDropProps {
  label: string;
  hint: string;
  accept: string;
  file: File | null;
  error?: string | null;
  disabled?: boolean;
  onFile: (file: File) => void;
}

export function FileDrop({ label, hint, accept, file, error, disabled = false, onFile }: FileDropProps) {
  const { t } = useWords();
  const [isOver, setOver] = useState(false);
  return (
    <Field label={label} error={error}>
      {(ids) => (
        <span
          className={`${css['drop'] ?? ''} ${isOver ? (css['over'] ?? '') : ''}`}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            setOver(false);
            const dropped = event.dataTransfer.files[0];
            if (dropped && !disabled) onFile(dropped);
          }}
        >
          <Icon name={file ? 'file' : 'upload'} size={26} />
          <span className={css['name']}>{file ? file.name : t('actions.choose_file')}</span>
          <span className="small muted">{file ? sizeText(file.size) : hint}</span>
          <input
            {...ids}
            type="file"
            className={css['input']}
            accept={accept}
            disabled={disabled}
            onChange={(event) => {
              const chosen = event.target.files?.[0];
              if (chosen) onFile(chosen);
            }}
          />
        </span>
      )}
    </Field>
  );
}

/** "312 kB": sizes of files are the one place where a rounded figure is right. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${String(bytes)} B`;
  if (bytes < 1_000_000) return `${String(Math.round(bytes / 1000))} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
