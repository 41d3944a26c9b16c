// The unsealed by name, with whom to talk to; only what the server gives after the unsealing.

import { pick, pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Panel } from '@/ui/panel';
import { Tag } from '@/ui/state-tag';
import { Link } from 'react-router';

import css from './award.module.css';
import type { LotResult, Person, Unsealed } from './queries';

export function NamesPanel({ lots }: { lots: readonly LotResult[] }) {
  const { t, lang } = useWords('award');
  const named = lots.filter((lot) => lot.unsealed.length > 0);
  if (named.length === 0) return null;
  return (
    <Panel title={t('names.title')} note={t('names.note')} flush>
      {named.map((lot) => (
        <div key={lot.lot_id} className={css['names']}>
          <h3 className="muted">
            {lot.number} · {pick(lang, { zh: lot.title_zh, en: lot.title_en })}
          </h3>
          <ul>
            {lot.unsealed.map((one) => (
              <Named key={one.label} one={one} />
            ))}
          </ul>
        </div>
      ))}
    </Panel>
  );
}

function Named({ one }: { one: Unsealed }) {
  const { t, lang } = useWords('award');
  return (
    <li className={css['named']}>
      <div>
        <p className={css['name']}>
          <Link to={`/suppliers/${one.supplier_id}`}>{pickName(lang, one)}</Link>
          {one.is_preferred && <Tag tone="good">{t('words:preferred_supplier')}</Tag>}
          {one.share !== null && <Tag>{t('shares.percent', { share: one.share })}</Tag>}
        </p>
        <p className="small muted">{t('names.behind', { label: one.label, rank: one.rank })}</p>
      </div>
      {one.contact === null ? <p className="small muted">{t('names.no_contact')}</p> : <Contact person={one.contact} />}
    </li>
  );
}

export function Contact({ person }: { person: Person }) {
  return (
    <address className={css['contact']}>
      <span>{person.name}</span>
      <a href={`mailto:${person.email}`}>{person.email}</a>
      {person.phone && <a href={`tel:${person.phone}`}>{person.phone}</a>}
    </address>
  );
}
