import { describe, expect, it } from 'vitest';

import { scanForNames, type OwnNames } from './names';

const OWN: OwnNames = {
  names: ['北京华夏精工科技有限公司', 'Arco Tools Co., Ltd.'],
  creditCode: '91110108MA01ABCD2X',
  domain: 'www.huaxia-jg.cn',
  phone: '+86 138 0013 8000',
  mail: 'li.wei@huaxia-jg.cn',
};

function kinds(text: string): string[] {
  return scanForNames([{ where: 'c1', text }], OWN).map((hit) => `${hit.kind}:${hit.found}`);
}

describe('own names', () => {
  it.each([
    ['我司（北京华夏精工科技有限公司）承诺', ['name:北京华夏精工科技有限公司']],
    ['华夏精工科技的售后', ['name:华夏精工科技']],
    ['华 夏·精 工 科 技', ['name:华 夏·精 工 科 技']],
    ['ＡＲＣＯ　ＴＯＯＬＳ since 1990', ['name:ＡＲＣＯ　ＴＯＯＬＳ']],
    ['arcotools CO LTD', ['name:arcotools CO LTD']],
    ['９１１１０１０８ma01abcd2x', ['credit_code:９１１１０１０８ma01abcd2x']],
    ['see huaxia-jg.cn/spec', ['domain:huaxia-jg.cn']],
    ['call 0138-0013-8000', ['phone:138-0013-8000']],
    ['Li.Wei@HUAXIA-JG.CN', ['mail:Li.Wei@HUAXIA-JG.CN']],
  ])('are found in %o', (text, expected) => {
    expect(kinds(text)).toEqual(expected);
  });

  it.each(['质保期36个月，响应时间4小时', 'marcotoolset', '科技有限公司', '电话 13900139000', ''])(
    'are not found in %o',
    (text) => {
      expect(kinds(text)).toEqual([]);
    },
  );

  it('tell where they stand', () => {
    const [hit] = scanForNames([{ where: 'c2', text: '🔧 由华夏精工科技制造' }], { names: ['华夏精工科技'] });
    expect(hit).toEqual({ where: 'c2', kind: 'name', start: 4, end: 10, found: '华夏精工科技' });
  });
});
