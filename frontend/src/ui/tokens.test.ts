// The colours that carry text have 4.5:1 on every surface they stand on (WCAG 2.2 AA); the kit takes the same values.

/// <reference types="node" />

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

// vitest empties style sheets, asked for as text too.
const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');
const kit = readFileSync(join(import.meta.dirname, 'kit.tsx'), 'utf8');

function token(name: string): string {
  const found = new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(css)?.[1];
  if (found === undefined) throw new Error(`no token ${name}`);
  return found;
}

function luminance(hex: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const SURFACES = ['paper', 'surface', 'sunk'];
const PAIRS = [
  ...['ink', 'ink-2', 'ink-3', 'brand', 'brand-strong', 'good', 'warn', 'bad', 'live', 'seal'].flatMap((text) => SURFACES.map((on) => [text, on])),
  ...['good', 'warn', 'bad', 'live'].map((tone) => [tone, `${tone}-soft`]),
  ['ink-2', 'off-soft'], ['ink-3', 'off-soft'], ['brand-strong', 'brand-soft'], ['brand', 'brand-soft'], ['rail-text', 'rail'], ['rail-muted', 'rail'],
] as [string, string][];

describe('colours', () => {
  it.each(PAIRS)('%s can be read on %s', (text, on) => {
    expect(contrast(token(text), token(on))).toBeGreaterThanOrEqual(4.5);
  });

  it('borders of fields can be seen', () => {
    for (const on of SURFACES) expect(contrast(token('line-field'), token(on))).toBeGreaterThanOrEqual(3);
  });

  it('white can be read on the brand and on the seal', () => {
    for (const on of ['brand', 'brand-strong', 'seal', 'rail']) expect(contrast('#ffffff', token(on))).toBeGreaterThanOrEqual(4.5);
  });

  it.each([
    ['colorPrimary', 'brand'], ['colorSuccess', 'good'], ['colorWarning', 'warn'], ['colorError', 'bad'], ['colorInfo', 'live'], ['colorText', 'ink'],
    ['colorTextDescription', 'ink-3'], ['colorBorder', 'line-field'],
  ])('the kit’s %s is our %s', (name, ours) => {
    expect(kit).toContain(`${name}: '${token(ours)}'`);
  });
});
