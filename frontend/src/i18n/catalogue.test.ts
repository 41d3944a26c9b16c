// The pages' own look at the catalogue; the words it may not use are watched in tests/tidy.

import { describe, expect, it } from 'vitest';

type Tree = { [key: string]: string | Tree };

const zh = import.meta.glob<Tree>('./zh/*.json', { import: 'default', eager: true });
const en = import.meta.glob<Tree>('./en/*.json', { import: 'default', eager: true });

function flat(tree: Tree, path = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string' ? [[`${path}${key}`, value]] : Object.entries(flat(value, `${path}${key}.`)),
    ),
  );
}

function nameOf(file: string): string {
  return file.replace(/^.*\//, '');
}

function blanks(text: string): string[] {
  return [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').sort();
}

describe('the catalogue', () => {
  it('has a Chinese and an English file for each book', () => {
    expect(Object.keys(zh).map(nameOf)).toEqual(Object.keys(en).map(nameOf));
  });

  it.each(Object.keys(en).map(nameOf))('%s says the same in both languages', (file) => {
    const chinese = flat(zh[`./zh/${file}`] ?? {});
    const english = flat(en[`./en/${file}`] ?? {});
    expect(Object.keys(chinese).sort()).toEqual(Object.keys(english).sort());
    for (const [key, text] of Object.entries(english)) {
      expect(text.trim(), key).not.toBe('');
      expect(blanks(chinese[key] ?? ''), key).toEqual(blanks(text));
    }
  });

  it('has Chinese in the Chinese files and none in the English ones', () => {
    const isChinese = /[\u4e00-\u9fff]/;
    const english = Object.values(en).flatMap((book) => Object.entries(flat(book)));
    // The name of the language stands in its own letters, and texts to be sent in both languages name theirs.
    const isMeant = (key: string) => key === 'language.zh' || key.endsWith('_zh');
    expect(english.filter(([key, text]) => isChinese.test(text) && !isMeant(key))).toEqual([]);
  });
});
