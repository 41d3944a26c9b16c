// Amounts in words for the line that confirms a bid: 大写金额 and English (SCREENS.md 1.5).

import type { Lang } from './lang';
import type { Amount } from './money';

const DIGITS = '零壹贰叁肆伍陆柒捌玖';
const PLACES = ['', '拾', '佰', '仟'];
const GROUPS = ['', '万', '亿', '万亿'];
const PARTS = ['角', '分', '厘', '毫'];

/** 贰佰柒拾壹元肆角整; currencies other than the yuan are read with 点 and their code. */
export function amountInWords(amount: Amount, currency: string, lang: Lang): string {
  const [whole = '0', decimals = ''] = amount.split('.');
  if (lang === 'en') return inEnglish(whole, decimals, currency);
  return currency === 'CNY' ? inYuan(whole, decimals) : inChinese(whole, decimals, currency);
}

function inYuan(whole: string, decimals: string): string {
  const parts = [...decimals].map((digit, place) => (digit === '0' ? '零' : `${digitOf(digit)}${PARTS[place] ?? ''}`)).join('');
  const tail = parts.replace(/零+$/, '').replace(/零+/g, '零');
  const head = /[1-9]/.test(whole) ? `${readWhole(whole)}元` : '';
  if (tail === '') return `${head || '零元'}整`;
  const joined = head === '' ? tail.replace(/^零/, '') : head + tail;
  return joined.endsWith('角') ? `${joined}整` : joined;
}

function inChinese(whole: string, decimals: string, currency: string): string {
  const tail = decimals.replace(/0+$/, '');
  const head = /[1-9]/.test(whole) ? readWhole(whole) : '零';
  return `${currency} ${head}${tail === '' ? '整' : `点${[...tail].map(digitOf).join('')}`}`;
}

function digitOf(digit: string): string {
  return DIGITS[Number(digit)] ?? '';
}

function readWhole(whole: string): string {
  const digits = whole.replace(/^0+/, '');
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= 4) groups.push(digits.slice(Math.max(0, end - 4), end));
  const words = groups.map((four, index) => {
    const read = readFour(four);
    return read === '' ? '零' : `${read}${GROUPS[index] ?? ''}`;
  });
  return words.reverse().join('').replace(/零+/g, '零').replace(/零$/, '');
}

function readFour(four: string): string {
  const read = [...four].map((digit, index) => (digit === '0' ? '零' : `${digitOf(digit)}${PLACES[four.length - 1 - index] ?? ''}`));
  return read.join('').replace(/零+/g, '零').replace(/零$/, '');
}

const ONES = [
  'zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten',
  'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen',
];
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const SCALES = ['', 'thousand', 'million', 'billion', 'trillion'];

function inEnglish(whole: string, decimals: string, currency: string): string {
  const tail = /[1-9]/.test(decimals) ? ` and ${decimals}/1${'0'.repeat(decimals.length)}` : '';
  const digits = whole.replace(/^0+/, '');
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= 3) groups.push(digits.slice(Math.max(0, end - 3), end));
  const words = groups
    .map((three, index) => (/[1-9]/.test(three) ? `${readThree(Number(three))} ${SCALES[index] ?? ''}`.trim() : ''))
    .reverse()
    .filter((word) => word !== '');
  return `${words.join(' ') || 'zero'}${tail} ${currency}`;
}

function readThree(value: number): string {
  const hundreds = Math.floor(value / 100);
  const rest = value % 100;
  const head = hundreds > 0 ? `${ONES[hundreds] ?? ''} hundred` : '';
  if (rest === 0) return head;
  const small = rest < 20 ? (ONES[rest] ?? '') : [TENS[Math.floor(rest / 10)], rest % 10 ? ONES[rest % 10] : ''].filter(Boolean).join('-');
  return head === '' ? small : `${head} ${small}`;
}
