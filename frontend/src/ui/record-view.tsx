// A record of the wire, readable: short fields side by side, parts below them, instants as times, before → after as a difference.
// For the exact change of an approval and for the entries of the journal.

import type { ReactNode } from 'react';

import { durationText } from '@/domain/duration';
import { useWords } from '@/i18n/use-words';

import { Difference } from './difference';
import { Instant } from './instant';
import { PlainTable } from './plain-table';
import css from './record-view.module.css';

export interface RecordWords {
  /** The word of a field, by its key; the key itself, spaced, where it has none. */
  nameOf: (key: string) => string | null;
  /** The word of a value (a state, a code), where it has one. */
  wordOf: (key: string, value: string) => ReactNode | null;
}

interface RecordViewProps extends RecordWords {
  value: Readonly<Record<string, unknown>>;
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const OPAQUE = /^[0-9a-f]{32,}$/;
// Longer texts take the whole width.
const LONG = 40;

export function RecordView({ value, ...words }: RecordViewProps) {
  const entries = Object.entries(value);
  const parts = entries.filter(([, one]) => isPart(one));
  const facts = entries.filter(([, one]) => !isPart(one));
  return (
    <div className={css['record']}>
      {facts.length > 0 && (
        <dl className={css['facts']}>
          {facts.map(([key, one]) => (
            <div key={key} className={`${css['fact'] ?? ''} ${isLong(one) ? (css['wide'] ?? '') : ''}`}>
              <dt>{nameOf(words, key)}</dt>
              <dd>
                <Value name={key} one={one} words={words} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {parts.map(([key, one]) => (
        <div key={key} className={css['part']}>
          {/* No heading: parts nest as deep as the record does, and levels of headings must not jump. */}
          <p className={css['partName']}>{nameOf(words, key)}</p>
          <Part name={nameOf(words, key)} one={one} words={words} />
        </div>
      ))}
    </div>
  );
}

function nameOf(words: RecordWords, key: string): string {
  return words.nameOf(key) ?? key.replaceAll('_', ' ');
}

function Part({ name, one, words }: { name: string; one: unknown; words: RecordWords }) {
  if (isRecord(one)) return <RecordView value={one} {...words} />;
  const list = Array.isArray(one) ? (one as unknown[]).filter(isRecord) : [];
  const keys = tableKeys(list);
  if (keys !== null) return <FlatTable caption={name} keys={keys} list={list} words={words} />;
  return (
    <ol className={css['items']}>
      {list.map((item, place) => (
        // A frozen record: the places of its list are its identity.
        <li key={place} className={css['item']}>
          <RecordView value={item} {...words} />
        </li>
      ))}
    </ol>
  );
}

function Value({ name, one, words }: { name: string; one: unknown; words: RecordWords }): ReactNode {
  const { t, lang } = useWords();
  if (Array.isArray(one)) return <Short name={name} list={one as unknown[]} words={words} />;
  if (one === null || one === undefined || one === '') return <span className="muted">{t('none')}</span>;
  if (typeof one === 'boolean') return t(one ? 'yes' : 'no');
  if (typeof one === 'number') return <span className="num">{name.endsWith('_s') ? durationText(one, lang) : one}</span>;
  if (isRecord(one)) {
    const change = changeOf(one);
    return change && <Difference was={<Value name={name} one={change.was} words={words} />} is={<Value name={name} one={change.is} words={words} />} />;
  }
  if (typeof one !== 'string') return null;
  const known = words.wordOf(name, one);
  if (known) return known;
  // Milliseconds where they say something: when a bid came in.
  if (INSTANT.test(one)) return <Instant at={one} as={/\.(?!000)\d+/.test(one) ? 'ms' : 'second'} />;
  return OPAQUE.test(one) ? <span className={css['id']}>{one}</span> : one;
}

// More columns do not fit beside each other.
const MOST_COLUMNS = 7;

/** The common fields of flat records that fit a table, or null. */
function tableKeys(list: readonly Record<string, unknown>[]): string[] | null {
  const keys = Object.keys(list[0] ?? {});
  const isFlat = list.every((item) => Object.keys(item).join() === keys.join() && !Object.values(item).some(isPart));
  return isFlat && keys.length > 0 && keys.length <= MOST_COLUMNS ? keys : null;
}

interface FlatTableProps {
  caption: string;
  keys: readonly string[];
  list: readonly Record<string, unknown>[];
  words: RecordWords;
}

function FlatTable({ caption, keys, list, words }: FlatTableProps) {
  const rows = list.map((item, place) => ({ item, place }));
  return (
    <div className={css['flat']}>
      <PlainTable
        caption={caption}
        rows={rows}
        rowKey={(row) => String(row.place)}
        columns={keys.map((key) => ({
          key,
          title: nameOf(words, key),
          cell: (row: { item: Record<string, unknown> }) => <Value name={key} one={row.item[key]} words={words} />,
        }))}
      />
    </div>
  );
}

/** A list of plain values. */
function Short({ name, list, words }: { name: string; list: readonly unknown[]; words: RecordWords }): ReactNode {
  const { t } = useWords();
  const shown = list.filter((item) => item !== null);
  if (shown.length === 0) return <span className="muted">{t('none')}</span>;
  return shown.map((item, place) => (
    <span key={place}>
      {place > 0 && t('list_separator')}
      <Value name={name} one={item} words={words} />
    </span>
  ));
}

/** Records and lists of records stand below the short fields; a difference is short. */
function isPart(one: unknown): boolean {
  if (Array.isArray(one)) return one.some(isRecord);
  return isRecord(one) && changeOf(one) === null;
}

function isLong(one: unknown): boolean {
  if (typeof one === 'string') return one.length > LONG || OPAQUE.test(one);
  return isRecord(one) && Object.values(one).some((value) => typeof value === 'string' && value.length > LONG / 2);
}

/** {before, after}, {from, to} and {was, is} are differences. */
function changeOf(part: Record<string, unknown>): { was: unknown; is: unknown } | null {
  if (Object.keys(part).length !== 2) return null;
  for (const [was, is] of [['before', 'after'], ['from', 'to'], ['was', 'is']] as const) {
    if (was in part && is in part) return { was: part[was], is: part[is] };
  }
  return null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
