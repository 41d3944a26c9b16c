// Changing master data on the version that was seen. If a colleague was quicker it says what changed and keeps what is typed.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { asProblem } from '@/api/problem';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';

import { CategoryChoice } from './category-choice';
import { useChangeSupplier, type Dossier, type SupplierChange } from './queries';
import css from './suppliers.module.css';

const NO_CONTACT = { name: '', email: '', phone: '' };

export function EditSheet({ dossier, onClose }: { dossier: Dossier; onClose: () => void }) {
  const { t, find } = useWords('suppliers');
  const client = useQueryClient();
  const change = useChangeSupplier(dossier.id);
  const [nameZh, setNameZh] = useState(dossier.name_zh);
  const [nameEn, setNameEn] = useState(dossier.name_en);
  const [city, setCity] = useState(dossier.city);
  const [categories, setCategories] = useState<readonly string[]>(dossier.categories);
  const [contact, setContact] = useState(NO_CONTACT);
  const problem = change.isError ? asProblem(change.error) : null;
  const isStale = problem?.code === 'CHANGED_SINCE';
  const faultOf = (field: string) => {
    const code = problem?.code === 'INCOMPLETE' ? problem.detail[field] : undefined;
    return code ? find(`faults.${code}`, code) : null;
  };
  const submit = () => {
    // The dossier behind this sheet is refreshed after a stale save: its version is then the newer one.
    const body: SupplierChange = {
      version: dossier.version,
      ...(nameZh.trim() !== dossier.name_zh && { name_zh: nameZh.trim() }),
      ...(nameEn.trim() !== dossier.name_en && { name_en: nameEn.trim() }),
      ...(city.trim() !== dossier.city && { city: city.trim() }),
      ...(categories.join() !== dossier.categories.join() && { categories: [...categories] }),
      ...(contact.email.trim() && { contact }),
    };
    change.mutate(body, {
      onSuccess: () => {
        announce(t('edit.saved'));
        onClose();
      },
      onError: () => void client.invalidateQueries({ queryKey: ['suppliers', 'one', dossier.id] }),
    });
  };
  return (
    <Sheet
      wide
      title={t('edit.title')}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          <Button look="primary" busy={change.isPending} onClick={submit}>
            {t('common:actions.save')}
          </Button>
        </>
      }
    >
      <div className="stack">
        {isStale ? (
          <Banner tone="warn" role="alert" title={t('common:states.changed_meanwhile')}>
            {t('edit.theirs', { changed: changedNames(problem.detail['changed'] ?? '', find) })}
          </Banner>
        ) : (
          <ProblemAlert error={change.error} title={change.isError ? t('common:states.not_saved') : undefined} />
        )}
        <p className="muted small">{t('edit.note')}</p>
        <div className={css['two']}>
          <TextField label={t('fields.name_zh')} lang="zh-CN" value={nameZh} error={faultOf('name_zh')} onChange={(event) => setNameZh(event.target.value)} />
          <TextField label={t('fields.name_en')} lang="en" value={nameEn} error={faultOf('name_en')} onChange={(event) => setNameEn(event.target.value)} />
          <TextField label={t('fields.city')} value={city} error={faultOf('city')} onChange={(event) => setCity(event.target.value)} />
        </div>
        <CategoryChoice chosen={categories} error={faultOf('categories')} onChange={setCategories} />
        <h3>{t('edit.contact')}</h3>
        <p className="muted small">{t('edit.contact_note')}</p>
        <div className={css['two']}>
          {(['email', 'name', 'phone'] as const).map((part) => (
            <TextField
              key={part}
              label={t(`fields.contact_${part}`)}
              optional
              value={contact[part]}
              error={faultOf(`contact_${part}`)}
              onChange={(event) => setContact({ ...contact, [part]: event.target.value })}
            />
          ))}
        </div>
      </div>
    </Sheet>
  );
}

/** "city, categories" in the words of the page. */
function changedNames(changed: string, find: (key: string, otherwise: string) => string): string {
  return changed
    .split(', ')
    .map((field) => find(`fields.${field}`, field))
    .join(' · ');
}
