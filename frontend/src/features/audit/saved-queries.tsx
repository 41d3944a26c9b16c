// AU-02: searches kept under a name: one's own, and those of other auditors who share them.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { CheckField, TextField } from '@/ui/field';
import { Icon } from '@/ui/icon';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';

import { useDropQuery, useSaveQuery, useSavedQueries, type SavedQuery, type Wanted } from './queries';
import css from './saved-queries.module.css';

// audit/schemas.py: QueryRequest.name.
const LONGEST_NAME = 80;

interface SavedQueriesProps {
  wanted: Wanted;
  isFiltered: boolean;
  onTake: (wanted: Wanted) => void;
}

export function SavedQueries({ wanted, isFiltered, onTake }: SavedQueriesProps) {
  const { t } = useWords('audit');
  const [isSaving, setSaving] = useState(false);
  const saved = useSavedQueries();
  const drop = useDropQuery();
  const list = saved.data ?? [];
  return (
    <section className={css['saved']} aria-label={t('saved.title')}>
      <div className="row">
        <span className={css['label']}>{t('saved.title')}</span>
        {saved.data !== undefined && list.length === 0 && <span className="small muted">{t('saved.none')}</span>}
        <ul className={css['list']}>
          {list.map((query) => (
            <li key={query.id} className={css['query']}>
              <button type="button" className={css['take']} aria-pressed={isSame(wantedOf(query), wanted)} onClick={() => onTake(wantedOf(query))}>
                {query.name}
                <Origin query={query} />
              </button>
              {query.is_own && (
                <button
                  type="button"
                  className={css['drop']}
                  aria-label={t('saved.drop', { name: query.name })}
                  onClick={() => drop.mutate(query.id, { onSuccess: () => announce(t('saved.dropped')) })}
                >
                  <Icon name="close" size={14} />
                </button>
              )}
            </li>
          ))}
        </ul>
        {isFiltered && (
          <Button size="small" look="quiet" icon="plus" onClick={() => setSaving(true)}>
            {t('saved.save')}
          </Button>
        )}
      </div>
      <ProblemAlert error={saved.error ?? drop.error} />
      {isSaving && <SaveSheet wanted={wanted} onClose={() => setSaving(false)} />}
    </section>
  );
}

function Origin({ query }: { query: SavedQuery }) {
  const { t } = useWords('audit');
  if (!query.is_own) return <span className={css['origin']}>{t('saved.of', { owner: query.owner })}</span>;
  return query.is_shared ? <span className={css['origin']}>{t('saved.shared')}</span> : null;
}

function SaveSheet({ wanted, onClose }: { wanted: Wanted; onClose: () => void }) {
  const { t } = useWords('audit');
  const [name, setName] = useState('');
  const [isShared, setShared] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const save = useSaveQuery();
  const submit = () => {
    setAsked(true);
    if (name.trim() === '') return;
    const { kinds, ...rest } = wanted;
    save.mutate(
      { name: name.trim(), is_shared: isShared, filters: { ...rest, kind: [...kinds] } },
      {
        onSuccess: () => {
          announce(t('saved.saved'));
          onClose();
        },
      },
    );
  };
  return (
    <Sheet
      title={t('saved.save')}
      onClose={onClose}
      foot={
        <div className="row">
          <Button look="primary" busy={save.isPending} onClick={submit}>
            {t('common:actions.save')}
          </Button>
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
        </div>
      }
    >
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <ProblemAlert error={save.error} title={save.isError ? t('common:states.not_saved') : undefined} />
        <TextField
          label={t('saved.name')}
          maxLength={LONGEST_NAME}
          value={name}
          error={isAsked && name.trim() === '' ? t('common:form.required') : null}
          onChange={(event) => setName(event.target.value)}
        />
        <CheckField label={t('saved.share')} checked={isShared} onChange={(event) => setShared(event.target.checked)} />
      </form>
    </Sheet>
  );
}

function wantedOf({ filters }: SavedQuery): Wanted {
  return {
    tender: filters.tender ?? null,
    lot: filters.lot ?? null,
    alias: filters.alias ?? null,
    actor: filters.actor ?? null,
    kinds: filters.kind ?? [],
    after: filters.after ?? null,
    before: filters.before ?? null,
    preset: filters.preset ?? null,
  };
}

function isSame(a: Wanted, b: Wanted): boolean {
  const text = ({ kinds, ...rest }: Wanted) => JSON.stringify([Object.entries(rest).sort(), [...kinds].sort()]);
  return text(a) === text(b);
}
