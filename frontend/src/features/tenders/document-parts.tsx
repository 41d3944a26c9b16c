// Parts of the published document that both sides read alike: lots, rules in words, a worked example, amendments, times.
import { boundsOf, highestFirst, type LiveRules } from '@/domain/bidding';
import { formatInstant } from '@/domain/instant';
import { pick } from '@/domain/lang';
import { currencySign, group, multiply, type Amount } from '@/domain/money';
import { quantityText } from '@/domain/units';
import { useWords } from '@/i18n/use-words';
import { Instant } from '@/ui/instant';
import { Money } from '@/ui/money';
import { Panel } from '@/ui/panel';
import { PlainTable, type Column } from '@/ui/plain-table';
import { QueryView } from '@/ui/query-view';

import { useSentences, type AmendmentView, type DocumentLot, type TenderDocument } from './api';
import css from './document-parts.module.css';

export function LotsPanel({ document, extra = [] }: { document: TenderDocument; extra?: readonly Column<DocumentLot>[] }) {
  const { t, lang } = useWords('tenders');
  const { currency } = document;
  const columns: Column<DocumentLot>[] = [
    { key: 'lot', title: t('words:lot'), cell: (lot) => `${lot.number} · ${pick(lang, { zh: lot.title_zh, en: lot.title_en })}` },
    { key: 'quantity', title: t('lot.quantity'), right: true, cell: (lot) => quantityText(lang, lot.quantity, lot.unit) },
    { key: 'ceiling', title: t('words:ceiling_price'), right: true, cell: (lot) => <Money amount={lot.ceiling_price} currency={currency} unit={lot.basis === 'unit' ? lot.unit : null} /> },
    ...(document.lots.some((lot) => lot.start_price !== null)
      ? [{ key: 'start', title: t('words:start_price'), right: true, cell: (lot: DocumentLot) => <Money amount={lot.start_price} currency={currency} /> }]
      : []),
    ...(document.lots.some((lot) => lot.minimum_price !== undefined)
      ? [{ key: 'minimum', title: t('lot.minimum'), right: true, cell: (lot: DocumentLot) => <Money amount={lot.minimum_price ?? null} currency={currency} /> }]
      : []),
    ...extra,
  ];
  return (
    <Panel title={t('words:lots')} note={t(document.tax_basis === 'included' ? 'words:tax_included' : 'words:tax_excluded')} flush>
      <PlainTable caption={t('words:lots')} columns={columns} rows={document.lots} rowKey={(lot) => lot.id} />
      {document.lots.some((lot) => lot.lines.length > 0) && <Lines document={document} />}
    </Panel>
  );
}

function Lines({ document }: { document: TenderDocument }) {
  const { t, lang } = useWords('tenders');
  const rows = document.lots.flatMap((lot) => lot.lines.map((line) => ({ ...line, lot: lot.number })));
  return (
    <details className={css['lines']}>
      <summary>{t('lot.lines', { count: rows.length })}</summary>
      <PlainTable
        caption={t('lot.lines_title')}
        rows={rows}
        rowKey={(line) => `${line.lot}.${line.number}`}
        columns={[
          { key: 'number', title: '#', cell: (line) => `${line.lot}.${line.number}` },
          { key: 'code', title: t('line.item_code'), cell: (line) => line.item_code || '–' },
          { key: 'description', title: t('line.description'), cell: (line) => line.description },
          { key: 'quantity', title: t('lot.quantity'), right: true, cell: (line) => quantityText(lang, line.quantity, line.unit) },
        ]}
      />
    </details>
  );
}

export function SentencesPanel({ tenderId, title }: { tenderId: string; title: string }) {
  const { lang } = useWords('tenders');
  const sentences = useSentences(tenderId);
  return (
    <Panel title={title}>
      <QueryView query={sentences} lines={4}>
        {(said) => <SentenceList sentences={said[lang]} />}
      </QueryView>
    </Panel>
  );
}

export function SentenceList({ sentences }: { sentences: readonly string[] }) {
  return (
    <ol className={css['sentences']}>
      {sentences.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ol>
  );
}

/** The rules on round numbers of the first lot: where one may start, and what the next two steps are (SP-03). */
export function WorkedExample({ document }: { document: TenderDocument }) {
  const { t, lang } = useWords('tenders');
  const lot = document.lots[0];
  const rules = document.rounds.find((round) => round.kind === 'live')?.rules;
  if (lot === undefined || rules === undefined) return null;
  const steps = exampleSteps(rules, lot);
  const money = (amount: Amount) => `${currencySign(document.currency)}${group(amount)}`;
  return (
    <Panel title={t('example.title')}>
      <ol className={css['example']}>
        {steps.map((amount, place) => (
          <li key={amount}>
            <span className={css['amount']}>{money(amount)}</span>
            <span>
              {place === 0 ? t('example.first', { lot: pick(lang, { zh: lot.title_zh, en: lot.title_en }) }) : t('example.next', { before: money(steps[place - 1] ?? amount), amount: money(amount) })}
              {lot.basis === 'unit' && <small> {t('example.total', { amount: money(multiply(amount, lot.quantity, 2)) })}</small>}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

export function exampleSteps(rules: LiveRules, lot: DocumentLot): Amount[] {
  const first = highestFirst(lot);
  const second = boundsOf(rules, lot, first)?.highest;
  const third = second === undefined ? undefined : boundsOf(rules, lot, second)?.highest;
  return [first, second, third].filter((amount) => amount !== undefined);
}

/** What changed, before and after, newest first. */
export function AmendmentsPanel({ amendments, zone }: { amendments: readonly AmendmentView[]; zone: string }) {
  const { t, lang } = useWords('tenders');
  if (amendments.length === 0) return null;
  return (
    <Panel title={t('amendments.title')}>
      <ol className={css['amendments']}>
        {[...amendments].reverse().map((amendment) => (
          <li key={amendment.version}>
            <p className={css['when']}>
              {t('amendments.version', { number: amendment.version })} · <Instant at={amendment.made_at} zone={zone} />
            </p>
            <p>
              <strong>{pick(lang, { zh: amendment.summary_zh, en: amendment.summary_en })}</strong>
            </p>
            <dl className={css['diff']}>
              {amendment.changes.map((change) => (
                <Change key={change.path} {...change} zone={zone} />
              ))}
            </dl>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function Change({ path, before, after, zone }: { path: string; before: string; after: string; zone: string }) {
  const { t, find } = useWords('tenders');
  const field = path.split('.').at(-1) ?? path;
  return (
    <div>
      <dt>{find(`fields.${field}`, path)}</dt>
      <dd>
        <del>
          <span className="visually-hidden">{t('amendments.before')} </span>
          {readable(before, zone)}
        </del>
        <ins>
          <span className="visually-hidden">{t('amendments.after')} </span>
          {readable(after, zone)}
        </ins>
      </dd>
    </div>
  );
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

function readable(text: string, zone: string): string {
  return INSTANT.test(text) ? formatInstant(text, zone, 'minute') : text || '–';
}
