// The seal of the house: 竞 cut into a cinnabar stamp.

import { useWords } from '@/i18n/use-words';

import css from './brand.module.css';

export function Seal({ size = 34 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 40 40" aria-hidden="true" focusable="false">
      <rect x="1" y="1" width="38" height="38" rx="7" fill="#b0301f" />
      <rect x="4.5" y="4.500" width="31" height="31" rx="4" fill="none" stroke="#fff" strokeWidth="1.2" opacity="0.85" />
      {/* 竞 as strokes, so that no font decides how the mark looks. */}
      <g stroke="#fff" strokeWidth="2" strokeLinecap="round" fill="none">
        <path d="M20 7.500v2.800M11.500 11.500h17M15.500 13.200l1 2.600M24.500 13.200l-1 2.600M10 17.300h20" />
        <path d="M14.500 20.300h11v5h-11zM17.500 25.500c-.400 3.800-2.600 6-6.500 7M22.500 25.500v4.700c0 1.600.600 2.200 2.200 2.200h2.100c1.600 0 2.400-.700 2.600-3" />
      </g>
    </svg>
  );
}

export function Brand({ sub = true }: { sub?: boolean }) {
  const { t, lang } = useWords();
  return (
    <span className={css['brand']}>
      <Seal />
      <span className={css['name']}>
        {t('words:product')}
        {sub && <span className={css['sub']}>{lang === 'zh' ? 'Bidroom' : '竞价室'}</span>}
      </span>
    </span>
  );
}
