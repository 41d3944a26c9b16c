import { expect, it } from 'vitest';

import { offerNumber, valueOf } from '@/domain/technical-offers';

import { readValue, shareOf, wantsReason } from './agreeing';
import { countOf, lackOf, markOfKey, missingOf, placesOf, wantsComment } from './cells';
import { LOT_ID, NOISE, SHEET } from './testing/samples';
import { levelOf, plain } from './words-of';

it('wants a comment at the ends of the scale', () => {
  expect([0, 1, 2, 3, 4, 5].filter(wantsComment)).toEqual([0, 1, 5]);
  expect(lackOf({ mark: null, comment: 'words first' })).toBe('mark');
  expect(lackOf({ mark: 5, comment: ' ' })).toBe('comment');
  expect(lackOf({ mark: 4, comment: '' })).toBeNull();
});

it('lists what is missing in reading order', () => {
  const marked = new Map([['T7', 3], ['T2', 0]]);
  const missing = missingOf(SHEET, ({ alias, criterion }) => ({ mark: criterion === 'c1' ? (marked.get(alias) ?? null) : null, comment: '' }));
  expect(missing.map(({ alias, criterion, lack }) => [criterion, alias, lack])).toEqual([['c1', 'T2', 'comment'], ['c2', 'T7', 'mark'], ['c2', 'T2', 'mark']]);
  expect(countOf(placesOf(SHEET), () => ({ mark: 3, comment: '' }))).toEqual({ done: 4, total: 4 });
  expect(missing[0]?.lot).toBe(LOT_ID);
});

it('takes the keys 0 to 5 pressed alone', () => {
  const key = (pressed: string, more = {}) => markOfKey({ key: pressed, ctrlKey: false, altKey: false, metaKey: false, ...more });
  expect(key('5')).toBe(5);
  expect(key('6')).toBeNull();
  expect(key('Enter')).toBeNull();
  expect(key('0', { ctrlKey: true })).toBeNull();
  expect(key('3', { isComposing: true })).toBeNull();
});

it('says answers and levels in the reader’s language', () => {
  expect(levelOf('en', NOISE, 3)).toBe('Meets');
  expect(levelOf('zh', NOISE, null)).toBe('');
  expect(valueOf('en', NOISE, { value: '58' })).toBe('58 dB');
  const choice = { ...NOISE, answer: 'choice' as const, choices: [{ zh: '是', en: 'Yes' }] };
  expect(valueOf('zh', choice, { value: '0' })).toBe('是');
  expect(offerNumber('T12')).toBe('12');
  expect(plain('40.00')).toBe('40');
});

it('reads an agreed value of one decimal from 0 to 5', () => {
  expect(readValue(' ３．５ ')).toBe('3.5');
  expect(readValue('5.0')).toBe('5.0');
  expect(readValue('5.1')).toBeNull();
  expect(readValue('3.25')).toBeNull();
  expect(readValue('')).toBeNull();
  expect(wantsReason('3.0', '3')).toBe(false);
  expect(wantsReason('3.0', '3.1')).toBe(true);
  expect(shareOf('2.5')).toBe(50);
});
