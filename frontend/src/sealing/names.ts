// Does an answer name its own author? Looked at before sealing, on the bidder's machine: evaluators mark blind.
// Spelling does not hide a name: width (NFKC), case, blanks and punctuation are taken away on both sides.
// The same rule as app/domain/sealing/own_names.py; tests/vectors/own-names.json holds the two together.
import { ownWord, ownWords } from './trade-names';

export interface OwnNames {
  /** The firm's names in any language, brands, people. */
  names: readonly string[];
  creditCode?: string;
  domain?: string;
  phone?: string;
  mail?: string;
}

export interface ScannedText {
  /** Where it stands, for the person who must change it: a criterion, a file's name. */
  where: string;
  text: string;
}

export interface NameHit {
  where: string;
  /** A short name is the own word without its trade: it may be an ordinary word. */
  kind: 'name' | 'short_name' | 'credit_code' | 'domain' | 'phone' | 'mail';
  start: number;
  end: number;
  found: string;
}

// A shorter rest of a name stands in too many honest sentences.
const SHORTEST_HAN = 2;
const SHORTEST_LETTERS = 4;
const SHORTEST_DIGITS = 7;
const LEGAL_FORMS = /(集团|控股)?(股份|责任)?有限(责任)?公司$|(集团|总)?公司$|集团$/;
const LEGAL_WORDS = new Set('ag co company corp corporation gmbh group inc incorporated kg limited llc ltd plc sa'.split(' '));
// Where a firm is registered stands before its own name, often without 省 or 市.
const PROVINCES =
  '北京|上海|天津|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|' +
  '陕西|甘肃|青海|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|台湾';
const PLACES = new RegExp(`^(中国|(${PROVINCES})(省|市|自治区)?|\\p{Script=Han}{2,3}?[市县区])+`, 'u');
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
const HAN = /\p{Script=Han}/u;

interface Tight {
  text: string;
  /** Where each unit of `text` begins and ends in the original. */
  starts: number[];
  ends: number[];
}

function tight(original: string): Tight {
  const made: Tight = { text: '', starts: [], ends: [] };
  let at = 0;
  for (const sign of original) {
    const plain = [...sign.normalize('NFKC').toLowerCase()].filter((part) => LETTER_OR_DIGIT.test(part)).join('');
    for (let unit = 0; unit < plain.length; unit += 1) {
      made.starts.push(at);
      made.ends.push(at + sign.length);
    }
    made.text += plain;
    at += sign.length;
  }
  return made;
}

/** The words of a name of a firm without its legal form in Latin letters. */
function wordsOf(name: string): string[] {
  const words = name.normalize('NFKC').toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  while (words.length > 1 && LEGAL_WORDS.has(words.at(-1) ?? '')) words.pop();
  return words;
}

function isTelling(text: string): boolean {
  return [...text].length >= (HAN.test(text) ? SHORTEST_HAN : SHORTEST_LETTERS);
}

/** The spellings of a name that give it away: whole, without its legal form, without its place. */
function spellings(name: string): string[] {
  const formless = wordsOf(name).join('').replace(LEGAL_FORMS, '');
  return [...new Set([tight(name).text, formless, formless.replace(PLACES, '')])].filter(isTelling);
}

/** A name without its place, legal form and trade. */
function shortOf(name: string): string {
  const words = wordsOf(name);
  return HAN.test(words.join('')) ? ownWord(spellings(name).at(-1) ?? '') : ownWords(words);
}

function needles(own: OwnNames): { kind: NameHit['kind']; text: string }[] {
  const found: { kind: NameHit['kind']; text: string }[] = [];
  const add = (kind: NameHit['kind'], text: string, shortest: number) => {
    if (text.length >= shortest) found.push({ kind, text });
  };
  add('mail', tight(own.mail ?? '').text, SHORTEST_LETTERS);
  add('domain', tight((own.domain ?? '').replace(/^(https?:\/\/)?(www\.)?/i, '')).text, SHORTEST_LETTERS);
  add('credit_code', tight(own.creditCode ?? '').text, SHORTEST_DIGITS);
  const digits = tight(own.phone ?? '').text.replace(/\D/g, '');
  // The same number with and without the country's code and the leading zero.
  add('phone', digits.length > 10 ? digits.replace(/^(00)?86/, '').replace(/^0/, '') : digits, SHORTEST_DIGITS);
  const sure = new Set(own.names.flatMap(spellings));
  for (const text of sure) found.push({ kind: 'name', text });
  for (const text of own.names.map(shortOf)) if (!sure.has(text) && isTelling(text)) found.push({ kind: 'short_name', text });
  return found;
}

/** Every place where a text names its author; the longest find of a place alone. */
export function scanForNames(texts: readonly ScannedText[], own: OwnNames): NameHit[] {
  const sought = needles(own).sort((first, second) => second.text.length - first.text.length);
  const hits: NameHit[] = [];
  for (const { where, text } of texts) {
    const plain = tight(text);
    const taken: [number, number][] = [];
    for (const needle of sought) {
      for (let at = plain.text.indexOf(needle.text); at >= 0; at = plain.text.indexOf(needle.text, at + 1)) {
        const end = at + needle.text.length;
        if (taken.some(([from, to]) => at < to && end > from) || isInsideWord(plain, at, end)) continue;
        taken.push([at, end]);
        const [from, to] = [plain.starts[at] ?? 0, plain.ends[end - 1] ?? text.length];
        hits.push({ where, kind: needle.kind, start: from, end: to, found: text.slice(from, to) });
      }
    }
  }
  return hits;
}

/** A find in Latin letters that is a piece of a longer word is none: "Arco" in "barcode". */
function isInsideWord(plain: Tight, at: number, end: number): boolean {
  const joins = (left: number, right: number) =>
    /[a-z]/.test(plain.text[left] ?? '') &&
    /[a-z]/.test(plain.text[right] ?? '') &&
    plain.ends[left] === plain.starts[right];
  return joins(at - 1, at) || joins(end - 1, end);
}
