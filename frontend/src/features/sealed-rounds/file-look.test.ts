import { describe, expect, it } from 'vitest';

import { scanForNames } from '@/sealing/seal';

import { cleanCopy, cleanName } from './file-clean';
import { lookAt } from './file-look';
import { readZip, stored, unpack, writeZip } from './zip';

const OWN = { names: ['Langqiao Precision', '朗峤精密'] };
const bytes = (text: string) => new TextEncoder().encode(text);
const TYPES = (main: string) => stored('[Content_Types].xml', `<Types><Override ContentType="application/vnd.openxmlformats-officedocument.${main}.main+xml"/></Types>`);

async function partsNaming(name: string, content: Uint8Array<ArrayBuffer>): Promise<string[]> {
  const { texts } = await lookAt(name, content);
  return [...new Set(scanForNames(texts.map(({ part, text }) => ({ where: part, text })), OWN).map((hit) => hit.where))].sort();
}

// The text "BT [(Lang)-20(qiao Prec)3(ision)] TJ ET", packed.
const PAGE = atob('eJxzClGI1vBJzEvX1DUy0CjMTMxXCChKTdY01sgszszP04xVCPFScA0BAOTRC5M=');

const latin = (text: string) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));

describe('a file before it is sealed', () => {
  it('is what its content says', async () => {
    const faultOf = async (content: Uint8Array<ArrayBuffer>) => (await lookAt('a.pdf', content)).fault;
    expect(await faultOf(bytes(''))).toBe('EMPTY');
    expect(await faultOf(bytes('<html>'))).toBe('WRONG_TYPE');
    expect(await faultOf(bytes('a,b\n1,2'))).toBeNull();
    expect(await faultOf(writeZip([TYPES('wordprocessingml.document')]))).toBe('CONVERT_TO_PDF');
    expect(await faultOf(writeZip([stored('[Content_Types].xml', 'macroEnabled')]))).toBe('MACROS');
    expect(await faultOf(writeZip([stored('a.txt', 'a')]))).toBe('WRONG_TYPE');
    expect(await faultOf(latin('\xd0\xcf\x11\xe0 old'))).toBe('CONVERT_TO_PDF');
  });

  it('is looked through for the own name: file name, metadata, content', async () => {
    expect(await partsNaming('Langqiao-Precision.csv', bytes('a,朗峤精密'))).toEqual(['content', 'name']);
    const pdf = latin(`%PDF-1.7\n1 0 obj <</Author <FEFF6717 5CE4 7CBE 5BC6>>>\n2 0 obj <</Filter /FlateDecode>>\nstream\n${PAGE}\nendstream`);
    expect(await partsNaming('a.pdf', pdf)).toEqual(['content']);
    expect(await partsNaming('a.pdf', latin('%PDF-1.7 <</Author (Langqiao Precision)>>'))).toEqual(['content', 'metadata']);
    const text = 'tEXtAuthor\0Langqiao Precision';
    const png = latin(`\x89PNG\r\n\x1a\n\0\0\0${String.fromCharCode(text.length - 4)}${text}\0\0\0\0`);
    expect(await partsNaming('a.png', png)).toEqual(['metadata']);
    const book = writeZip([TYPES('spreadsheetml.sheet'), stored('docProps/core.xml', '<creator>朗峤精密</creator>'), stored('xl/sharedStrings.xml', '<t>Langqiao</t> <t>Precision</t>')]);
    expect(await partsNaming('a.xlsx', book)).toEqual(['content', 'metadata']);
  });

  it('loses name and metadata in a cleaned copy, and nothing else', async () => {
    const pdf = latin('%PDF-1.7 <</Author (Langqiao \\) Precision) /Title <FEFF6717>>> <x:xmpmeta>Langqiao Precision</x:xmpmeta> kept');
    const cleaned = await cleanCopy('pdf', pdf);
    expect(cleaned.length).toBe(pdf.length);
    expect(await partsNaming('a.pdf', cleaned)).toEqual([]);
    expect(new TextDecoder('latin1').decode(cleaned)).toMatch(/^%PDF-1.7 <<\/Author \( +\) \/Title <0{8}>>> <x:xmpmeta> +<\/x:xmpmeta> kept$/);
    const book = await cleanCopy('workbook', writeZip([TYPES('spreadsheetml.sheet'), stored('docProps/app.xml', '<Company>朗峤精密</Company>'), stored('xl/a.xml', 'kept')]));
    expect(await partsNaming(cleanName('workbook', 2), book)).toEqual([]);
    const kept = readZip(book)?.find((each) => each.name === 'xl/a.xml');
    expect(kept && new TextDecoder().decode(await unpack(kept, 99))).toBe('kept');
  });
});
