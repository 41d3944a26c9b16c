// The same box without a pointer: four numbers.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';

import { typedBox, type Area } from './boxes';
import css from './documents.module.css';

const EMPTY = { left: '', top: '', width: '', height: '' };

export function BoxNumbers({ onAdd }: { onAdd: (box: Area) => void }) {
  const { t } = useWords('documents');
  const [typed, setTyped] = useState(EMPTY);
  const box = typedBox(typed);
  const field = (name: keyof Area) => (
    <TextField label={t(`held.${name}`)} inputMode="numeric" value={typed[name]} onChange={(event) => setTyped({ ...typed, [name]: event.target.value })} />
  );
  return (
    <details>
      <summary className="small">{t('held.by_keys')}</summary>
      <div className={css['numbers']}>
        {field('left')}
        {field('top')}
        {field('width')}
        {field('height')}
        <Button
          disabled={box === null}
          onClick={() => {
            if (box !== null) onAdd(box);
            setTyped(EMPTY);
          }}
        >
          {t('held.add')}
        </Button>
      </div>
    </details>
  );
}
