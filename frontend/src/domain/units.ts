// Units of quantity: those a builder offers first (any other may be typed), and how a known one reads in the page's language.
import type { Lang } from './lang';
import { group, type Amount } from './money';

/** Data, not words of the page. */
export const UNITS = ['台', '件', '套', '个', '吨', '千克', '米', 'pcs', 'set', 't', 'kg', 'm'] as const;

// In Chinese, of one, of many. A unit typed in any of them is known; where two rows have it, the first.
const KNOWN: readonly (readonly [zh: string, one: string, many: string])[] = [
  ['台', 'unit', 'units'],
  ['件', 'piece', 'pieces'],
  ['件', 'pcs', 'pcs'],
  ['套', 'set', 'sets'],
  ['个', 'piece', 'pieces'],
  ['块', 'piece', 'pieces'],
  ['只', 'piece', 'pieces'],
  ['箱', 'box', 'boxes'],
  ['卷', 'roll', 'rolls'],
  ['批', 'batch', 'batches'],
  ['吨', 't', 't'],
  ['千克', 'kg', 'kg'],
  ['米', 'm', 'm'],
];

/** A unit in the page's language: 台 → unit, kg → 千克; one that is not known stays as it was typed. */
export function unitText(lang: Lang, unit: string): string {
  const [zh, one] = known(unit) ?? [];
  return (lang === 'zh' ? zh : one) ?? unit;
}

/** A quantity with its unit: "380,000 units". */
export function quantityText(lang: Lang, quantity: Amount, unit: string): string {
  const many = lang === 'zh' || quantity === '1' ? unitText(lang, unit) : (known(unit)?.[2] ?? unit);
  return `${group(quantity)} ${many}`;
}

function known(unit: string) {
  return KNOWN.find((names) => names.includes(unit));
}
