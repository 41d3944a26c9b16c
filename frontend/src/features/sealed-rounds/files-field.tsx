// Files of the technical part: sealed with the answers, each with its state; what is left of the envelope is shown.
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { sizeText } from '@/ui/file-drop';
import { Icon } from '@/ui/icon';
import { Tag } from '@/ui/state-tag';

import type { LotDesk, OfferDesk, OfferFile } from './offer-desk';
import type { SealedLot } from './queries';
import css from './sealed.module.css';
import { lookedAt, useLooked } from './use-looked';

const TONES = { reading: 'live', ready: 'good', failed: 'bad' } as const;

export function FilesField({ lot, held, desk }: { lot: SealedLot; held: LotDesk; desk: OfferDesk }) {
  const { t } = useWords('sealed-rounds');
  const used = held.files.reduce((sum, file) => sum + file.size, 0);
  const isFull = used > lot.tech_bucket;
  useLooked(held.files);
  return (
    <div className={css['criterion']} data-field="files">
      <Field label={t('files.label')} optional hint={t('files.hint', { size: sizeText(lot.tech_bucket) })} error={isFull ? t('files.too_large', { size: sizeText(lot.tech_bucket) }) : null}>
        {(ids) => (
          <span className={css['choose']}>
            <Icon name="upload" size={18} /> {t('files.choose')}
            <input
              {...ids}
              type="file"
              multiple
              onChange={(event) => {
                const chosen = [...(event.target.files ?? [])];
                event.target.value = '';
                void desk.addFiles(lot.lot_id, chosen);
              }}
            />
          </span>
        )}
      </Field>
      {held.files.length > 0 && (
        <ul className={css['files']} aria-label={t('files.label')}>
          {held.files.map((file) => (
            <li key={file.id}>
              <span className={css['name']}>{file.name}</span>
              <span className="small muted num">{sizeText(file.size)}</span>
              <Tag tone={TONES[file.state]}>{t(`files.${file.state}`)}</Tag>
              <Button size="small" look="quiet" icon="close" onClick={() => desk.removeFile(lot.lot_id, file.id)} aria-label={t('files.remove', { name: file.name })} />
              <FileNote file={file} onClean={() => void desk.cleanFile(lot.lot_id, file.id)} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Whether evaluators will see it, and the offer of a cleaned copy. */
function FileNote({ file, onClean }: { file: OfferFile; onClean: () => void }) {
  const { t } = useWords('sealed-rounds');
  const looked = lookedAt(file);
  if (looked === null) return null;
  return (
    <div className={css['fileNote']}>
      {looked.fault !== null && <Tag tone="bad">{t(`files.fault.${looked.fault}`)}</Tag>}
      {file.isCleaned === true ? (
        <span className="small muted">{t('files.cleaned')}</span>
      ) : (
        <Button size="small" look="quiet" onClick={onClean}>
          {t('files.clean')}
        </Button>
      )}
      {looked.isUnread && <span className="small muted">{t('files.unread')}</span>}
    </div>
  );
}
