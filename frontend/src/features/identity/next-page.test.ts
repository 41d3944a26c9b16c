import { expect, it } from 'vitest';

import { nextPage } from './next-page';

it.each([
  ['?next=%2Ftenders%2F1%3Fa%3Db', '/tenders/1?a=b'],
  ['', '/home'],
  ['?next=https%3A%2F%2Fevil.example', '/home'],
  ['?next=%2F%2Fevil.example', '/home'],
  ['?next=%2F%5Cevil.example', '/home'],
])('%s leads to %s', (search, page) => {
  expect(nextPage(search, '/home')).toBe(page);
});
