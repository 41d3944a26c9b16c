// Days to change, gathered one by one or out of a file, then put to a second person together.

import { useState, type FormEvent } from 'react';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { SelectField, TextField } from '@/ui/field';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';

import { DayTable } from './day-table';
import { useProposeDays, type DayForm, type DayMark } from './queries';

const MARKS: readonly DayMark[] = ['off', 'worked', 'listed'];

interface Props {
  draft: readonly DayForm[];
  onAdd: (days: readonly DayForm[]) => void;
  onDraft: (days: readonly DayForm[]) => void;
}

export function DaysForm({ draft, onAdd, onDraft }: Props) {
  const { t } = useWords('calendar');
  const propose = useProposeDays();
  const [day, setDay] = useState('');
  const [mark, setMark] = useState<DayMark>('off');
  const [source, setSource] = useState('');
  const [isTried, setTried] = useState(false);
  const shortest = 3;
  const add = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (day === '' || source.trim().length < shortest) return;
    onAdd([{ day, mark, source: source.trim() }]);
    setDay('');
    setTried(false);
  };
  const send = () =>
    propose.mutate(draft, {
      onSuccess: () => {
        onDraft([]);
        announce(t('proposed'));
      },
    });
  return (
    <Panel title={t('change')}>
      <form className="stack" onSubmit={add} noValidate>
        <TextField type="date" label={t('day')} value={day} error={isTried && day === '' ? t('day_missing') : null} onChange={(event) => setDay(event.target.value)} />
        <SelectField
          label={t('mark')}
          value={mark}
          options={MARKS.map((each) => ({ value: each, label: t(`marks.${each}`) }))}
          onChange={(event) => setMark(event.target.value as DayMark)}
        />
        <TextField
          label={t('source')}
          hint={t('source_hint')}
          value={source}
          maxLength={200}
          error={isTried && source.trim().length < shortest ? t('source_missing') : null}
          onChange={(event) => setSource(event.target.value)}
        />
        <div>
          <Button type="submit" icon="plus">
            {t('add')}
          </Button>
        </div>
      </form>
      {draft.length > 0 && (
        <div className="stack" style={{ marginTop: 'var(--gap-4)' }}>
          <DayTable days={draft} caption={t('draft')} onDrop={(gone) => onDraft(draft.filter((each) => each.day !== gone.day))} />
          <p className="small muted">{t('effect')}</p>
          <ProblemAlert error={propose.error} />
          <div>
            <Button look="primary" busy={propose.isPending} onClick={send}>
              {t('propose', { count: draft.length })}
            </Button>
          </div>
        </div>
      )}
    </Panel>
  );
}
