import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';

import type { Item } from './judging';

/** The name of what is compared, in the language of the page. */
export function useItemName(items: readonly Item[]): (id: string) => string {
  const { lang } = useWords('tenders');
  return (id) => {
    const found = items.find((each) => each.id === id);
    return found === undefined ? id : pick(lang, { zh: found.title_zh, en: found.title_en }) || id;
  };
}
