// Categories by name in the language of the page.

import { useCategoryNames } from '@/api/categories';
import { useWords } from '@/i18n/use-words';

export function CategoryNames({ codes }: { codes: readonly string[] }) {
  const { t } = useWords();
  const { nameOf } = useCategoryNames();
  return <>{codes.map(nameOf).join(t('list_separator')) || t('table.none')}</>;
}
