// A span of time in words, from whole seconds: "4 min 30 s", "4分30秒".

import type { Lang } from './lang';

const UNITS: readonly [number, string, string][] = [
  [86_400, ' d', '天'],
  [3_600, ' h', '小时'],
  [60, ' min', '分'],
  [1, ' s', '秒'],
];

/** Every unit that is not zero. */
export function durationText(seconds: number, lang: Lang): string {
  if (seconds === 0) return lang === 'zh' ? '0秒' : '0 s';
  let rest = Math.abs(seconds);
  const parts: string[] = [];
  for (const [size, en, zh] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${String(count)}${lang === 'zh' ? zh : en}`);
  }
  return `${seconds < 0 ? '−' : ''}${parts.join(lang === 'zh' ? '' : ' ')}`;
}
