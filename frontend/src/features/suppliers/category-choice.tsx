// Ticking categories.

import { useId } from 'react';

import { useCategoryNames } from '@/api/categories';
import { pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { CheckField } from '@/ui/field';

import css from './suppliers.module.css';

interface CategoryChoiceProps {
  chosen: readonly string[];
  error: string | null;
  onChange: (codes: readonly string[]) => void;
}

export function CategoryChoice({ chosen, error, onChange }: CategoryChoiceProps) {
  const { t, lang } = useWords('suppliers');
  const id = useId();
  const { list } = useCategoryNames();
  return (
    <fieldset className="stack-tight" aria-describedby={error ? id : undefined}>
      <legend className={css['legend']}>{t('fields.categories')}</legend>
      <div className={css['choices']}>
        {list.map((category) => (
          <CheckField
            key={category.code}
            label={pickName(lang, category)}
            checked={chosen.includes(category.code)}
            onChange={(event) => onChange(event.target.checked ? [...chosen, category.code] : chosen.filter((code) => code !== category.code))}
          />
        ))}
      </div>
      <p id={id} className={css['error']} role="status">
        {error}
      </p>
    </fieldset>
  );
}
