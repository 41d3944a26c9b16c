// The same finds as app/domain/sealing/own_names.py makes: tests/vectors/own-names.json.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { scanForNames, type OwnNames } from './names';

interface Case {
  text: string;
  hits: [string, string][];
}

const vectors = JSON.parse(readFileSync(join(import.meta.dirname, '../../../tests/vectors/own-names.json'), 'utf8')) as {
  own: Omit<OwnNames, 'creditCode'> & { credit_code: string };
  cases: Case[];
  firms: (Case & { name: string })[];
  words: Record<'trades_han' | 'trades' | 'cities_han' | 'cities' | 'common', string[]>;
};

function found(text: string, own: OwnNames): [string, string][] {
  const hits = scanForNames([{ where: 'c1', text }], own);
  expect(hits.map((hit) => hit.found)).toEqual(hits.map((hit) => text.slice(hit.start, hit.end)));
  return hits.map((hit) => [hit.kind, hit.found]);
}

describe('own names', () => {
  const { credit_code: creditCode, ...own } = vectors.own;

  it.each(vectors.cases)('are found in "$text"', ({ text, hits }) => {
    expect(found(text, { ...own, creditCode })).toEqual(hits);
  });

  it.each(vectors.firms)('of $name are found in "$text"', ({ name, text, hits }) => {
    expect(found(text, { names: [name] })).toEqual(hits);
  });

  it('of every trade and city are found without it, common words are not', () => {
    const words = (kind: keyof typeof vectors.words) => vectors.words[kind].join(' ').split(' ');
    const named = [
      ...words('trades_han').map((word) => [`岚川${word}`, '岚川'] as const),
      ...words('trades').map((word) => [`Lanchuan ${word}`, 'Lanchuan'] as const),
      ...words('cities_han').map((word) => [`${word}岚川泵业`, '岚川'] as const),
      ...words('cities').map((word) => [`${word} Lanchuan pumps`, 'Lanchuan'] as const),
    ];
    expect(named.filter(([name, text]) => found(text, { names: [name] })[0]?.[0] !== 'short_name')).toEqual([]);
    const common = words('common').map((word) => [/[a-z]/.test(word) ? `${word} pumps` : `${word}泵业`, word] as const);
    expect(common.flatMap(([name, text]) => found(text, { names: [name] }))).toEqual([]);
  });

  it('tell where they stand', () => {
    const [hit] = scanForNames([{ where: 'c2', text: '🔧 由华夏精工科技制造' }], { names: ['华夏精工科技'] });
    expect(hit).toEqual({ where: 'c2', kind: 'name', start: 4, end: 10, found: '华夏精工科技' });
  });
});
