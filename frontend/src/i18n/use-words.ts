// `useWords('suppliers')` gives a component its typed `t`; it renders anew when the language changes.

import { useMemo, useSyncExternalStore } from 'react';

import type { Lang } from '@/domain/lang';

import type { Book, Key } from './catalogue';
import { currentLang, words } from './start';

export type Params = Record<string, string | number>;
export type Translate<B extends Book> = (key: Key<B>, params?: Params) => string;

export interface Words<B extends Book> {
  t: Translate<B>;
  lang: Lang;
  /** For keys made from data (a code, a state): the text, or `otherwise` where the catalogue has none. */
  find: (key: string, otherwise: string, params?: Params) => string;
}

function subscribe(listener: () => void): () => void {
  words.on('languageChanged', listener);
  return () => {
    words.off('languageChanged', listener);
  };
}

/** The words of one book (and of the base books) in the language of the page. */
export function useWords<B extends Book = 'common'>(book?: B): Words<B> {
  const lang = useSyncExternalStore(subscribe, currentLang);
  return useMemo(() => wordsOf(lang, book), [lang, book]);
}

export function wordsOf<B extends Book>(lang: Lang, book?: B): Words<B> {
  // i18next's own key types are set aside: Key is the narrower one.
  const translate = words.getFixedT(lang, book ?? 'common') as (key: string, params: Params) => string;
  return {
    t: (key, params) => translate(key, params ?? {}),
    lang,
    find: (key, otherwise, params) => (words.exists(key, { lng: lang, ns: book ?? 'common' }) ? translate(key, params ?? {}) : otherwise),
  };
}
