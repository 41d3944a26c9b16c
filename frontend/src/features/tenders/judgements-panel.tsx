// Weights from comparisons in pairs (AHP): two criteria at a time, the consistency ratio, and the weights to take over.
import { useState } from 'react';

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { SelectField } from '@/ui/field';
import { PlainTable } from '@/ui/plain-table';

import type { SectionProps } from './section-props';
import form from './builder.module.css';
import css from './criteria.module.css';
import { useFaultText } from './draft-field';
import { technicalOf } from './evaluation-edit';
import { DerivedWeights } from './judgements-result';
import { forgetJudgements, inverse, isKept, itemsIn, judge, judgedIn, judgementOf, keyOf, matrixOf, pairsOf, placesOf, STRENGTHS, takeWeights, type Item, type Judged, type Pair } from './judging';
import { useItemName } from './use-item-name';

export function JudgementsPanel({ draft, change, faults }: SectionProps) {
  const { t, lang } = useWords('tenders');
  const technical = technicalOf(draft);
  const places = placesOf(technical);
  const [chosen, setChosen] = useState('');
  const parent = places.includes(chosen) ? chosen : (places[0] ?? null);
  const [isOpen, setOpen] = useState(false);
  // Not yet taken over, kept here through every change of the tree.
  const [judged, setJudged] = useState<Judged>(() => judgedIn(technical));
  const nameOf = (id: string) => {
    const group = technical.groups.find((each) => each.id === id);
    return group === undefined ? t('ahp.top') : pick(lang, { zh: group.title_zh, en: group.title_en }) || t('criteria.group', { id });
  };
  return (
    <details className={form['more']} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('ahp.title')}</summary>
      {(isOpen || technical.ahp.length > 0) && (
        <div className="stack">
          <p className="small muted">{t('ahp.note')}</p>
          <Kept {...{ technical, change, faults, nameOf }} />
          {parent === null ? (
            <p>{t('ahp.nothing')}</p>
          ) : (
            <>
              {places.length > 1 && <SelectField label={t('ahp.place')} value={parent} onChange={(event) => setChosen(event.target.value)} options={places.map((value) => ({ value, label: nameOf(value) }))} />}
              <Comparison key={parent} {...{ draft, change, parent, judged, setJudged }} />
            </>
          )}
        </div>
      )}
    </details>
  );
}

/** Comparisons that stand in the draft: from which weights come, and where they no longer fit. */
function Kept({ technical, change, faults, nameOf }: Pick<SectionProps, 'change' | 'faults'> & { technical: ReturnType<typeof technicalOf>; nameOf: (id: string) => string }) {
  const { t } = useWords('tenders');
  const say = useFaultText();
  return technical.ahp.map(({ parent }, at) => {
    const path = `evaluation.technical.ahp.${String(at)}`;
    const own = faults.filter(({ field }) => field.startsWith(`${path}.`));
    return (
      <div key={parent} data-path={own[0]?.field ?? path}>
        <Banner
          tone={own.length > 0 ? 'bad' : 'calm'}
          title={t(own.length > 0 ? 'ahp.not_fitting' : 'ahp.kept', { place: nameOf(parent) })}
          actions={
            <Button size="small" look="quiet" onClick={() => change((before) => forgetJudgements(before, parent))}>
              {t('ahp.forget')}
            </Button>
          }
        >
          {own.map((fault) => (
            <p key={`${fault.field} ${fault.code}`}>{fault.code === 'INCOMPLETE' ? t('ahp.not_these') : `${t('fields.ahp')} ${say(fault)}`}</p>
          ))}
        </Banner>
      </div>
    );
  });
}

function Comparison({ draft, change, parent, judged, setJudged }: Pick<SectionProps, 'draft' | 'change'> & { parent: string; judged: Judged; setJudged: (judged: Judged) => void }) {
  const technical = technicalOf(draft);
  const items = itemsIn(technical, parent);
  const ids = items.map(({ id }) => id);
  const pairs = pairsOf(ids);
  const [chosen, setChosen] = useState(() => Math.max(0, pairs.findIndex((pair) => judgementOf(judged, pair) === undefined)));
  const at = Math.min(chosen, pairs.length - 1);
  const pair = pairs[at];
  const matrix = matrixOf(ids, judged);
  if (pair === undefined) return null;
  return (
    <div className="stack">
      <PairQuestion items={items} pair={pair} at={at} count={pairs.length} value={judgementOf(judged, pair)} onValue={(value) => setJudged(judge(judged, pair, value))} onMove={setChosen} />
      <AllPairs items={items} pairs={pairs} judged={judged} onChoose={setChosen} />
      {matrix !== null && (
        <DerivedWeights
          items={items}
          matrix={matrix}
          isKept={isKept(technical, { parent, items: ids, matrix })}
          onDoubt={(one, other) => setChosen(pairs.findIndex((each) => each[0] === one && each[1] === other))}
          onTake={(weights) => change((before) => takeWeights(before, { parent, items: ids, matrix, digits: 2 }, weights))}
        />
      )}
    </div>
  );
}

/** Which of two is more important, then by how much. */
function PairQuestion({ items, pair, at, count, value, onValue, onMove }: { items: readonly Item[]; pair: Pair; at: number; count: number; value: string | undefined; onValue: (value: string) => void; onMove: (at: number) => void }) {
  const { t } = useWords('tenders');
  const nameOf = useItemName(items);
  const [one, other] = pair;
  const isOther = value?.startsWith('1/') === true;
  const strength = value === undefined ? undefined : isOther ? inverse(value) : value;
  // Changing the side keeps how much.
  const choose = (side: 'one' | 'equal' | 'other') => {
    const much = strength === undefined || strength === '1' ? '3' : strength;
    onValue(side === 'equal' ? '1' : side === 'one' ? much : inverse(much));
  };
  const button = (side: 'one' | 'equal' | 'other', label: string, isPressed: boolean) => (
    <Button size="small" look={isPressed ? 'primary' : 'plain'} aria-pressed={isPressed} onClick={() => choose(side)}>
      {label}
    </Button>
  );
  return (
    <fieldset className={css['pair']}>
      <legend>{t('ahp.pair', { number: at + 1, count })}</legend>
      <p>{t('ahp.which')}</p>
      <div className={css['sides']}>
        {button('one', nameOf(one), value !== undefined && value !== '1' && !isOther)}
        {button('equal', t('ahp.equal'), value === '1')}
        {button('other', nameOf(other), isOther)}
      </div>
      {strength !== undefined && strength !== '1' && (
        <SelectField
          label={t('ahp.how_much', { name: nameOf(isOther ? other : one) })}
          value={strength}
          onChange={(event) => onValue(isOther ? inverse(event.target.value) : event.target.value)}
          options={STRENGTHS.map((each) => ({ value: each, label: t(`ahp.strength.${each}`) }))}
        />
      )}
      <div className={css['sides']}>
        <Button size="small" look="quiet" disabled={at === 0} onClick={() => onMove(at - 1)}>
          {t('ahp.before')}
        </Button>
        <Button size="small" disabled={at === count - 1 || value === undefined} onClick={() => onMove(at + 1)}>
          {t('ahp.next')}
        </Button>
      </div>
    </fieldset>
  );
}

function AllPairs({ items, pairs, judged, onChoose }: { items: readonly Item[]; pairs: readonly Pair[]; judged: Judged; onChoose: (at: number) => void }) {
  const { t } = useWords('tenders');
  const nameOf = useItemName(items);
  const told = (pair: Pair) => {
    const value = judgementOf(judged, pair);
    if (value === undefined) return '–';
    if (value === '1') return t('ahp.equal');
    return value.startsWith('1/') ? t('ahp.times', { name: nameOf(pair[1]), times: inverse(value) }) : t('ahp.times', { name: nameOf(pair[0]), times: value });
  };
  return (
    <PlainTable
      caption={t('ahp.all')}
      rows={pairs.map((pair, at) => ({ pair, at }))}
      rowKey={({ pair }) => keyOf(pair)}
      columns={[
        { key: 'pair', title: t('ahp.all'), cell: ({ pair }) => `${nameOf(pair[0])} – ${nameOf(pair[1])}` },
        { key: 'told', title: t('ahp.judgement'), cell: ({ pair }) => told(pair) },
        {
          key: 'change',
          title: t('ahp.change'),
          cell: ({ pair, at }) => (
            <Button size="small" look="quiet" onClick={() => onChoose(at)} aria-label={t('ahp.change_pair', { one: nameOf(pair[0]), other: nameOf(pair[1]) })}>
              {t('ahp.change')}
            </Button>
          ),
        },
      ]}
    />
  );
}
