// Notes on what was tried, newest first; each stamped, none of them a result.

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Instant } from '@/ui/instant';

import css from './award.module.css';
import { trimmed } from './choosing';
import { useRoom, type WhatIfNote } from './panel-queries';
import type { Sensitivity } from './queries';
import { Stamp } from './stamp';

interface WhatIfNotesProps {
  tenderId: string;
  criteria: Sensitivity['criteria'];
}

export function WhatIfNotes({ tenderId, criteria }: WhatIfNotesProps) {
  const { t } = useWords('panel');
  const notes = useRoom(tenderId).data?.notes ?? [];
  if (notes.length === 0) return null;
  return (
    <section className="stack-tight" aria-label={t('try.notes')}>
      <h3>{t('try.notes')}</h3>
      <ul className={css['notes']}>
        {notes.map((note) => (
          <OneNote key={note.at} note={note} criteria={criteria} />
        ))}
      </ul>
    </section>
  );
}

function OneNote({ note, criteria }: { note: WhatIfNote; criteria: Sensitivity['criteria'] }) {
  const { t } = useWords('panel');
  const changed = useChanged(criteria);
  const labels = note.shortlist.join(t('common:list_separator')) || t('try.nobody');
  return (
    <li className={css['note']}>
      <p className="row">
        <Stamp />
        <strong>{changed(note)}</strong>
      </p>
      <p>{note.text}</p>
      <p className="small muted">
        {t('try.would', { first: note.first ?? t('try.nobody'), labels })} {t('try.of_lot', { number: note.number })} · {t('try.by', { who: note.by })} · <Instant at={note.at} />
        {!note.is_current && ` · ${t('try.old')}`}
      </p>
    </li>
  );
}

function useChanged(criteria: Sensitivity['criteria']): (note: WhatIfNote) => string {
  const { t, lang } = useWords('panel');
  const titleOf = (id: string) => {
    const found = criteria.find((each) => each.criterion === id);
    return found === undefined ? id : pick(lang, { zh: found.title_zh, en: found.title_en });
  };
  return ({ change }) => {
    const parts = [
      ...((change.price_weight ?? null) === null ? [] : [t('try.change.price_weight', { weight: trimmed(change.price_weight ?? '') })]),
      ...(change.values ?? []).map((each) => t('try.change.value', { label: each.label, criterion: titleOf(each.criterion), value: each.value })),
      ...((change.without ?? []).length === 0 ? [] : [t('try.change.without', { labels: (change.without ?? []).join(t('common:list_separator')) })]),
    ];
    return parts.join(t('semicolon')) || t('try.nothing');
  };
}
