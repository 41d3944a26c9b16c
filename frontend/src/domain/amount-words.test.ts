import { describe, expect, it } from 'vitest';

import { amountInWords } from './amount-words';

describe('amounts in words', () => {
  it.each([
    ['271.40', '贰佰柒拾壹元肆角整'],
    ['278.46', '贰佰柒拾捌元肆角陆分'],
    ['100', '壹佰元整'],
    ['1005.06', '壹仟零伍元零陆分'],
    ['10000', '壹万元整'],
    ['100200.00', '壹拾万零贰佰元整'],
    ['203190000', '贰亿零叁佰壹拾玖万元整'],
    ['0.05', '伍分'],
    ['0', '零元整'],
    ['12.3456', '壹拾贰元叁角肆分伍厘陆毫'],
  ])('%s yuan: %s', (amount, words) => {
    expect(amountInWords(amount, 'CNY', 'zh')).toBe(words);
  });

  it('reads other currencies with 点', () => {
    expect(amountInWords('271.40', 'USD', 'zh')).toBe('USD 贰佰柒拾壹点肆');
    expect(amountInWords('100', 'USD', 'zh')).toBe('USD 壹佰整');
  });

  it.each([
    ['271.40', 'two hundred seventy-one and 40/100 CNY'],
    ['1000005', 'one million five CNY'],
    ['0.50', 'zero and 50/100 CNY'],
    ['12', 'twelve CNY'],
    ['340.00', 'three hundred forty CNY'],
  ])('%s in English: %s', (amount, words) => {
    expect(amountInWords(amount, 'CNY', 'en')).toBe(words);
  });
});
