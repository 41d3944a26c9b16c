// The two languages of the product (SCREENS.md 1.5) and which of two texts to show.

export type Lang = 'zh' | 'en';

export const LANGS: readonly Lang[] = ['zh', 'en'];

export type LocaleTag = 'zh-CN' | 'en-US';

/** The tag for `lang` attributes and for Intl. */
export function localeTag(lang: Lang): LocaleTag {
  return lang === 'zh' ? 'zh-CN' : 'en-US';
}

/** The language of a locale as the server names it ("zh", "zh-CN", "en", …); Chinese when unknown. */
export function langOf(locale: string | null | undefined): Lang {
  return locale?.toLowerCase().startsWith('en') ? 'en' : 'zh';
}

/** One of two texts that people typed in both languages; the other one where this is empty. */
export function pick(lang: Lang, texts: { zh: string | null | undefined; en: string | null | undefined }): string {
  const [first, second] = lang === 'zh' ? [texts.zh, texts.en] : [texts.en, texts.zh];
  return first?.trim() ? first : (second ?? '');
}

/** A `name_zh`/`name_en` pair, as most answers of the server carry names. */
export function pickName(lang: Lang, named: { name_zh: string; name_en?: string | null }): string {
  return pick(lang, { zh: named.name_zh, en: named.name_en });
}
