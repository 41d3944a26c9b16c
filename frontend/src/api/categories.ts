// The purchasing categories of the house, by name in the language of the page.

import { useQuery } from '@tanstack/react-query';

import { pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';

import { api, unwrap } from './client';
import type { components } from './schema';

export type Category = components['schemas']['CategoryView'];

export interface CategoryNames {
  list: readonly Category[];
  nameOf: (code: string) => string;
}

export function useCategoryNames(): CategoryNames {
  const { lang } = useWords();
  const query = useQuery({ queryKey: ['categories'], queryFn: () => unwrap(api.GET('/api/categories')), staleTime: Infinity });
  const list = query.data ?? [];
  return {
    list,
    nameOf: (code) => {
      const found = list.find((category) => category.code === code);
      return found ? pickName(lang, found) : code;
    },
  };
}
