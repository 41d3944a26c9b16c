import { expect, it } from 'vitest';

import { durationText } from './duration';

it.each([
  [20, '20 s', '20秒'],
  [240, '4 min', '4分'],
  [270, '4 min 30 s', '4分30秒'],
  [57_600, '16 h', '16小时'],
  [90_061, '1 d 1 h 1 min 1 s', '1天1小时1分1秒'],
  [0, '0 s', '0秒'],
])('%d seconds', (seconds, en, zh) => {
  expect(durationText(seconds, 'en')).toBe(en);
  expect(durationText(seconds, 'zh')).toBe(zh);
});
