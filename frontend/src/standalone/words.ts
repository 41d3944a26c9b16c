// The words of the page, both languages inside: it asks nobody for anything.
import type { Lang } from '@/domain/lang';
import en from '@/i18n/en/standalone.json';
import zh from '@/i18n/zh/standalone.json';

export type Say = (key: keyof typeof en, values?: Readonly<Record<string, string | number>>) => string;

export function sayIn(lang: Lang): Say {
  const words = lang === 'zh' ? zh : en;
  return (key, values = {}) => words[key].replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''));
}
