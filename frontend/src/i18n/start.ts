// i18next, fed book by book. Switching the language loads what is open in the other one first, so that no page flashes keys.

import i18next from 'i18next';

import { langOf, localeTag, type Lang } from '@/domain/lang';

import { BASE_BOOKS, loadBook, type Book } from './catalogue';

const KEPT_UNDER = 'bidroom.lang';
const opened = new Set<Book>(BASE_BOOKS);

export const words = i18next.createInstance();

/** The language asked for on this device before, else the browser's. */
export function keptLang(): Lang | null {
  const kept = localStorage.getItem(KEPT_UNDER);
  return kept === 'zh' || kept === 'en' ? kept : null;
}

export function currentLang(): Lang {
  return langOf(words.language);
}

/** Once, before the first render. */
export async function startWords(lang: Lang = keptLang() ?? langOf(navigator.language)): Promise<void> {
  await words.init({
    lng: lang,
    // No second language behind the first: a missing key is found by a test, not covered up.
    fallbackLng: false,
    ns: [...BASE_BOOKS],
    defaultNS: 'common',
    resources: {},
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await openBooks([]);
  document.documentElement.lang = localeTag(lang);
}

/** Makes sure that these books are there in the current language. */
export async function openBooks(books: readonly Book[]): Promise<void> {
  for (const book of books) opened.add(book);
  await fill(currentLang());
}

/** Changes the language of everything on the page; typed text, focus and open panels stay. */
export async function switchLang(lang: Lang): Promise<void> {
  await fill(lang);
  await words.changeLanguage(lang);
  localStorage.setItem(KEPT_UNDER, lang);
  document.documentElement.lang = localeTag(lang);
}

async function fill(lang: Lang): Promise<void> {
  const missing = [...opened].filter((book) => !words.hasResourceBundle(lang, book));
  await Promise.all(missing.map(async (book) => words.addResourceBundle(lang, book, await loadBook(lang, book), true, true)));
}
