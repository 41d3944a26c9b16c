// One act: when, who, what, about what. Refused and sealed ones say so in words.

import { HOME_ZONE, formatInstant } from '@/domain/instant';
import { useWords } from '@/i18n/use-words';
import { Icon } from '@/ui/icon';
import { Tag } from '@/ui/state-tag';

import css from './audit.module.css';
import { gistOf, namesOf } from './entry-names';
import { iconOf, kindKey, toneOfEntry } from './kinds';
import type { Entry, Filters } from './queries';

interface EntryRowProps {
  entry: Entry;
  filters: Filters | undefined;
  onOpen: (entry: Entry) => void;
}

export function EntryRow({ entry, filters, onOpen }: EntryRowProps) {
  const { t, find, lang } = useWords('audit');
  const names = namesOf(entry, filters);
  const gist = gistOf(entry, lang, find);
  const role = find(`words:roles.${entry.actor_role}`, entry.actor_role);
  return (
    <li>
      <button type="button" className={css['entry']} data-tone={toneOfEntry(entry)} onClick={() => onOpen(entry)}>
        <time dateTime={entry.at} className={css['when']}>
          {formatInstant(entry.at, HOME_ZONE, 'time-second')}
          <span className={css['ms']}>.{entry.at.slice(20, 23)}</span>
        </time>
        <span className={css['picture']}>
          <Icon name={iconOf(entry.kind)} size={16} />
        </span>
        <span className={css['what']}>
          <span className={css['kind']}>{find(`kinds.${kindKey(entry.kind)}`, entry.kind)}</span>
          <span className={css['about']}>
            {names.tender && <span>{names.tender}</span>}
            {names.lot !== null && <span>{t('entry.lot', { number: names.lot })}</span>}
            {names.alias && <span>{t('entry.alias', { alias: names.alias })}</span>}
            {gist && <span className={css['gist']}>{gist}</span>}
            {entry.is_refused && <Tag tone="bad">{t('entry.refused')}</Tag>}
            {entry.is_sealed && <Tag tone="calm">{t('entry.sealed')}</Tag>}
          </span>
        </span>
        <span className={css['actor']}>
          {entry.actor_name && <span>{entry.actor_name}</span>}
          <span className="muted small">{role}</span>
        </span>
        <span className={css['place']}>
          {entry.seq !== null && <span className="num">#{entry.seq}</span>}
          {entry.hash && <code>{entry.hash.slice(0, 10)}</code>}
        </span>
      </button>
    </li>
  );
}
