// Adding one file of evidence: which aspect it backs, what it is, until when it holds.

import { useState } from 'react';

import { ASPECTS, endOfDay } from '@/domain/certification';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { SelectField, TextField } from '@/ui/field';
import { FileDrop } from '@/ui/file-drop';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';

import { useAddEvidence } from './queries';
import css from './suppliers.module.css';

// suppliers/evidencing.py, MOST_BYTES.
const MOST_BYTES = 10 * 1024 * 1024;

export function EvidenceSheet({ supplierId, onClose }: { supplierId: string | null; onClose: () => void }) {
  const { t } = useWords('suppliers');
  const add = useAddEvidence(supplierId);
  const [file, setFile] = useState<File | null>(null);
  const [aspect, setAspect] = useState<string>('quality');
  const [title, setTitle] = useState('');
  const [day, setDay] = useState('');
  const [isAsked, setAsked] = useState(false);
  const isTooLarge = file !== null && file.size > MOST_BYTES;
  const submit = () => {
    setAsked(true);
    if (file === null || isTooLarge || !title.trim()) return;
    add.mutate(
      { file, aspect, title: title.trim(), validUntil: day ? endOfDay(day) : null },
      {
        onSuccess: () => {
          announce(t('evidence.added'));
          onClose();
        },
      },
    );
  };
  const fileError = isTooLarge ? t('evidence.too_large') : isAsked && file === null ? t('evidence.file_missing') : null;
  return (
    <Sheet
      title={t('evidence.add')}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          <Button look="primary" busy={add.isPending} onClick={submit}>
            {t('common:actions.upload')}
          </Button>
        </>
      }
    >
      <div className="stack">
        <ProblemAlert error={add.error} />
        <FileDrop
          label={t('evidence.file')}
          hint={t('evidence.file_hint')}
          accept=".pdf,.png,.jpg,.jpeg,application/pdf,image/png,image/jpeg"
          file={file}
          error={fileError}
          onFile={setFile}
        />
        <TextField
          label={t('evidence.title')}
          placeholder={t('evidence.title_hint')}
          maxLength={120}
          value={title}
          error={isAsked && !title.trim() ? t('common:form.required') : null}
          onChange={(event) => setTitle(event.target.value)}
        />
        <div className={css['two']}>
          <SelectField
            label={t('evidence.aspect')}
            value={aspect}
            onChange={(event) => setAspect(event.target.value)}
            options={ASPECTS.map((each) => ({ value: each, label: t(`words:aspects.${each}`) }))}
          />
          <TextField label={t('fields.valid_until')} type="date" optional value={day} onChange={(event) => setDay(event.target.value)} />
        </div>
      </div>
    </Sheet>
  );
}
