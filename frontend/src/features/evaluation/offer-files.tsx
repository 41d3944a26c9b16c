// The files of one offer, beside what it answered: each opens in the viewer, or says why it does not.

import { useWords } from '@/i18n/use-words';
import { sizeText } from '@/ui/file-drop';
import { Icon } from '@/ui/icon';
import { Tag } from '@/ui/state-tag';

import css from './documents.module.css';
import type { OfferDocument } from './documents-queries';

interface OfferFilesProps {
  documents: readonly OfferDocument[];
  /** The one in the viewer. */
  present: string | null;
  onOpen: (id: string) => void;
}

export function OfferFiles({ documents, present, onOpen }: OfferFilesProps) {
  const { t } = useWords('documents');
  if (documents.length === 0) return null;
  return (
    <ul className={css['files']} aria-label={t('files')}>
      {documents.map((each) => (
        <li key={each.id}>
          {each.state === 'shown' ? (
            <button type="button" className={css['file']} aria-pressed={each.id === present} aria-label={t('open', { name: each.name })} onClick={() => onOpen(each.id)}>
              <Icon name="file" size={16} /> {each.name} <span className="small muted">{t('size', { size: sizeText(each.size_bucket) })}</span>
            </button>
          ) : (
            <p className={css['hidden']}>
              <Icon name="file" size={16} /> {each.name} <Tag tone={each.state === 'not_shown' ? 'bad' : 'calm'}>{t(`state.${each.state}`)}</Tag>
              <span className="small muted">{each.fault === null ? each.state === 'held' && t('held_why') : t(`fault.${each.fault}`)}</span>
            </p>
          )}
          {each.is_twin && <Tag tone="warn">{t('twin')}</Tag>}
          {each.is_reported && <Tag tone="warn">{t('was_reported')}</Tag>}
        </li>
      ))}
    </ul>
  );
}
