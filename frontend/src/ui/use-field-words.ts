// Words for the fields of a frozen record (a change, an entry) and for those of their values that are words. Needs the book `fields`.

import { useMemo } from 'react';

import { useCategoryNames } from '@/api/categories';
import { useWords } from '@/i18n/use-words';

import type { RecordWords } from './record-view';


// Fields whose values are words of the catalogue, and where.
const SHELVES: Readonly<Record<string, string>> = {
  act: 'fields:acts',
  state_before: 'words:states.supplier',
  aspect: 'words:aspects',
  actor_role: 'words:roles',
  role: 'words:roles',
  roles: 'words:roles',
  kind: 'words:proposals',
  code: 'codes:',
};

// Fields whose values are words of the rules of a tender.
const RULES = new Set([
  'feedback', 'buyer_view', 'format', 'lots', 'measure', 'rule', 'basis', 'ties', 'trigger', 'mode', 'award_rule', 'tax_basis', 'unseal_scope',
  'scope', 'reason_code', 'hat', 'side', 'fact', 'ending', 'signed',
]);

export function useFieldWords(): RecordWords {
  const { find } = useWords('fields');
  const { list, nameOf: categoryOf } = useCategoryNames();
  return useMemo(
    () => ({
      nameOf: (key) => find(`fields:names.${key}`, '') || null,
      wordOf: (key, value) => {
        if (key === 'categories' || key === 'category') return categoryOf(value);
        const word = value.replaceAll('.', '_');
        const shelf = RULES.has(key) ? 'fields:values' : SHELVES[key];
        if (shelf === undefined) return null;
        return find(shelf.endsWith(':') ? `${shelf}${word}` : `${shelf}.${word}`, '') || null;
      },
    }),
    // The names of categories change with their list.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [find, list],
  );
}
