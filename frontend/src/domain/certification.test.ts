import { describe, expect, it } from 'vitest';

import { DEFAULT_WEIGHTS, endOfDay, gradeOf, lastDay, markFault, previewScore, weightsFit } from './certification';

// SCREENS.md section 3: marks, score and grade of the twelve suppliers of the demo.
const DEMO = [
  ['94', '90', '92', '92.4', 'A'], ['91', '93', '95', '92.4', 'A'], ['90', '88', '93', '90.0', 'A'], ['93', '84', '88', '89.3', 'B'],
  ['88', '86', '90', '87.8', 'B'], ['87', '90', '84', '87.3', 'B'], ['85', '88', '89', '86.7', 'B'], ['84', '85', '90', '85.5', 'B'],
  ['82', '80', '85', '82.0', 'B'], ['78', '82', '80', '79.6', 'C'], ['80', '79', '70', '77.7', 'C'], ['72', '66', '61', '68.0', 'D'],
] as const;

describe('the preview of a certification', () => {
  it.each(DEMO)('%s/%s/%s is %s, grade %s', (quality, delivery, credit, score, grade) => {
    expect(previewScore({ quality, delivery, credit }, DEFAULT_WEIGHTS)).toEqual({ score, grade });
  });

  it('rounds half up once, and the published figure decides the grade', () => {
    expect(previewScore({ quality: '89.9', delivery: '90', credit: '90' }, DEFAULT_WEIGHTS)).toEqual({ score: '90.0', grade: 'A' });
    expect(gradeOf('89.9')).toBe('B');
    expect(gradeOf('70.0')).toBe('C');
    expect(gradeOf('69.9')).toBe('D');
  });

  it('names what is wrong with a mark', () => {
    expect(markFault('', '60')).toBe('missing');
    expect(markFault('100.01', '60')).toBe('out_of_range');
    expect(markFault('80.123', '60')).toBe('out_of_range');
    expect(markFault('59.99', '60')).toBe('below_minimum');
    expect(markFault('60', '60')).toBeNull();
    expect(markFault('100', '60')).toBeNull();
  });

  it('wants weights of exactly one', () => {
    expect(weightsFit(DEFAULT_WEIGHTS)).toBe(true);
    expect(weightsFit({ quality: '0.3333', delivery: '0.3333', credit: '0.3333' })).toBe(false);
  });

  it('includes the whole last day', () => {
    expect(endOfDay('2027-12-31')).toBe('2027-12-31T16:00:00.000Z');
    expect(lastDay('2027-12-31T16:00:00.000Z')).toBe('2027-12-31');
  });
});
