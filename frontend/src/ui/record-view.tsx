// A record of the wire, readable: named fields, instants as times, before → after as a difference. For exact changes and entries.

import type { ReactNode } from 'react';

import { useWords, type Words } from '@/i18n/use-words';

import { Instant } from './instant';
import css from './record-view.module.css';

interface RecordViewProps {
  value: Readonly<Record<string, unknown>>;
  /** The word of a field, by its key; the key itself, spaced, where it has none. */
  nameOf: (key: string) => string | null;
  /** The word of a value (a state, a code), where it has one. */
  wordOf?: (key: string, value: string) => ReactNode | null;
  zone?: string;
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const OPAQUE = /^[0-9a-f]{32,}$/;

/** Fields in the order they came. */
export function RecordView(props: RecordViewProps) {
  const entries = Object.entries(props.value);
  return (
    <dl className={css['tree']}>
      {entries.map(([key, value]) => (
        <div key={key} className={css['pair']}>
          <dt>{props.nameOf(key) ?? key.replaceAll('_', ' ')}</dt>
          <dd>
            <ValueView {...props} name={key} one={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

type OneProps = RecordViewProps & { name: string; one: unknown };

function ValueView({ name, one, ...props }: OneProps): ReactNode {
  const words = useWords();
  if (one === null || one === undefined || one === '') return <span className="muted">{words.t('none')}</span>;
  if (typeof one === 'boolean') return words.t(one ? 'yes' : 'no');
  if (typeof one === 'number') return <span className="num">{one}</span>;
  if (typeof one === 'string') return <TextView text={one} name={name} {...props} />;
  if (Array.isArray(one)) return <ListView name={name} list={one as unknown[]} {...props} />;
  if (isRecord(one)) return <PartView name={name} part={one} {...props} />;
  return null;
}

function TextView({ text, name, wordOf, zone }: RecordViewProps & { text: string; name: string }) {
  const known = wordOf?.(name, text);
  if (known) return known;
  if (INSTANT.test(text)) return <Instant at={text} as="second" {...(zone ? { zone } : {})} />;
  if (OPAQUE.test(text)) return <span className={css['id']}>{text}</span>;
  return text;
}

function ListView({ name, list, ...props }: RecordViewProps & { name: string; list: readonly unknown[] }) {
  const words = useWords();
  if (list.length === 0) return <span className="muted">{words.t('none')}</span>;
  if (list.every((item) => typeof item === 'string')) {
    return joined(words, list.map((item) => props.wordOf?.(name, item) ?? item));
  }
  return (
    <ol className={css['list']}>
      {list.map((item, index) => (
        // The list is a frozen record: its places are its identity.
        <li key={index} className={css['nested']}>
          <ValueView name={name} one={item} {...props} />
        </li>
      ))}
    </ol>
  );
}

function joined(words: Words<'common'>, parts: readonly ReactNode[]): ReactNode {
  return parts.map((part, index) => (
    <span key={index}>
      {index > 0 && words.t('list_separator')}
      {part}
    </span>
  ));
}

function PartView({ name, part, ...props }: RecordViewProps & { name: string; part: Record<string, unknown> }) {
  const change = changeOf(part);
  if (change) {
    return (
      <span className="row">
        <span className={css['was']}>
          <ValueView name={name} one={change.was} {...props} />
        </span>
        <span aria-hidden="true">→</span>
        <span className={css['is']}>
          <ValueView name={name} one={change.is} {...props} />
        </span>
      </span>
    );
  }
  const entries = Object.entries(part);
  if (entries.length <= MOST_INLINE && entries.every(([, value]) => isShort(value))) {
    return (
      <span className={css['inline']}>
        {entries.map(([key, value]) => (
          <span key={key}>
            <span className="muted">{props.nameOf(key) ?? key.replaceAll('_', ' ')}</span> <ValueView name={key} one={value} {...props} />
          </span>
        ))}
      </span>
    );
  }
  return (
    <div className={css['nested']}>
      <RecordView {...props} value={part} />
    </div>
  );
}

// A few short figures read better side by side.
const MOST_INLINE = 4;
const SHORT = 24;

function isShort(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean' || value === null || (typeof value === 'string' && value.length <= SHORT);
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
  return typeof value === 'object' && value !== null;
}
