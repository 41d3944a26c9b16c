// 中文 | EN, everywhere in the same place; keeps what is typed and where the focus is.

import { useSwitchLang } from '@/api/session';
import { LANGS, localeTag, type Lang } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';

import css from './language-switch.module.css';

const SHORT: Readonly<Record<Lang, string>> = { zh: '中文', en: 'EN' };

export function LanguageSwitch() {
  const { t, lang } = useWords();
  const switchTo = useSwitchLang();
  return (
    <div className={css['switch']} role="group" aria-label={t('language.switch')}>
      {LANGS.map((each) => (
        <button
          key={each}
          type="button"
          lang={localeTag(each)}
          className={css['option']}
          aria-pressed={each === lang}
          onClick={() => void switchTo(each)}
        >
          {SHORT[each]}
        </button>
      ))}
    </div>
  );
}
