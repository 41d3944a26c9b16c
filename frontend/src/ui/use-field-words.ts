// Words for the fields of a frozen record (a change, an entry) and for those of their values that are words. Needs the book `fields`.

import { useMemo, type ReactNode } from 'react';

import { useCategoryNames } from '@/api/categories';
import { useWords } from '@/i18n/use-words';

export interface FieldWords {
  nameOf: (key: string) => string | null;
  wordOf: (key: string, value: string) => ReactNode | null;
}

// Fields whose values are words of the catalogue, and where.
const SHELVES: Readonly<Record<string, string>> = {
  act: 'fields:acts',
  scope: 'fields:scopes',
  state_before: 'words:states.supplier',
  aspect: 'words:aspects',
  actor_role: 'words:roles',
  role: 'words:roles',
  roles: 'words:roles',
  kind: 'words:proposals',
  code: 'codes:',
};

export function useFieldWords(): FieldWords {
  const { find } = useWords('fields');
  const { list, nameOf: categoryOf } = useCategoryNames();
  return useMemo(
    () => ({
      nameOf: (key) => find(`fields:names.${key}`, '') || null,
      wordOf: (key, value) => {
        if (key === 'categories' || key === 'category') return categoryOf(value);
        const shelf = SHELVES[key];
        if (shelf === undefined) return null;
        const word = value.replaceAll('.', '_');
        return find(shelf.endsWith(':') ? `${shelf}${word}` : `${shelf}.${word}`, '') || null;
      },
    }),
    // The names of categories change with their list.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [find, list],
  );
}
