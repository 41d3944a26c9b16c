// An entry in full: its place in its chain, who, what it says, and its hash.

import { Link } from 'react-router';

import { useWords } from '@/i18n/use-words';
import { CopyButton } from '@/ui/copy-button';
import { Facts } from '@/ui/facts';
import { Instant } from '@/ui/instant';
import { RecordView } from '@/ui/record-view';
import { Sheet } from '@/ui/sheet';
import { Tag } from '@/ui/state-tag';
import { useFieldWords } from '@/ui/use-field-words';

import css from './audit.module.css';
import { namesOf, subjectPlace } from './entry-names';
import { kindKey } from './kinds';
import type { Entry, Filters } from './queries';

interface EntryDrawerProps {
  entry: Entry;
  filters: Filters | undefined;
  onClose: () => void;
}

export function EntryDrawer({ entry, filters, onClose }: EntryDrawerProps) {
  const { t, find } = useWords('audit');
  const words = useFieldWords();
  const names = namesOf(entry, filters);
  const none = t('common:table.none');
  const place = subjectPlace(entry);
  return (
    <Sheet as="drawer" title={find(`kinds.${kindKey(entry.kind)}`, entry.kind)} onClose={onClose}>
      <div className="stack">
        <p className="row">
          <code>{entry.kind}</code>
          {entry.is_refused && <Tag tone="bad">{t('entry.refused')}</Tag>}
          {entry.is_sealed && <Tag>{t('entry.sealed')}</Tag>}
          {place && <Link to={place}>{t('entry.subject')}</Link>}
        </p>
        <Facts
          items={[
            { term: t('entry.at'), value: <Instant at={entry.at} as="ms" named /> },
            { term: t('entry.actor'), value: entry.actor_name ?? t('entry.actor_sealed') },
            { term: t('entry.role'), value: find(`words:roles.${entry.actor_role}`, entry.actor_role) },
            { term: t('words:tender'), value: names.tender ?? none },
            { term: t('words:lot'), value: names.lot ?? none },
            { term: t('words:alias'), value: names.alias ?? none },
          ]}
        />
        {entry.is_sealed && <p className="muted">{t('entry.sealed_why')}</p>}
        <section className="stack-tight">
          <h3>{t('entry.says')}</h3>
          {Object.keys(entry.data).length === 0 ? <p className="muted">{t('entry.says_nothing')}</p> : <RecordView value={entry.data} {...words} />}
        </section>
        <section className={css['proof']}>
          <h3>{t('entry.proof')}</h3>
          {entry.hash ? (
            <>
              <p className="small">
                {t('words:chain')} <code>{entry.chain}</code> · {t('entry.number', { number: entry.seq ?? none })}
              </p>
              <p className={css['hash']}>
                <code>{entry.hash}</code>
                <CopyButton text={entry.hash} />
              </p>
            </>
          ) : (
            <p className="muted">{t('entry.number_later')}</p>
          )}
        </section>
      </div>
    </Sheet>
  );
}
