// DR-04: the ordered list with its movable cut line, a reason for each offer, and the way to the panel.

import { useRef, useState } from 'react';

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { AreaField } from '@/ui/field';
import { focusFirstFault } from '@/ui/focus-fault';
import { ProblemAlert } from '@/ui/problem-alert';
import { Tag } from '@/ui/state-tag';

import css from './award.module.css';
import { bodyOfCut, drawnFrom, extremesOf, isMoved, nextCount, type DrawnCut } from './cutting';
import { RankAndLabel } from './lot-ranking';
import { usePutToPanel, type Cut, type Room } from './panel-queries';
import { useSensitivity, type Ranking, type RankingRow } from './queries';
import room_ from './room.module.css';

// app/domain/cutting.py, LONGEST_NOTE.
const LONGEST_NOTE = 1000;

export function CutForm({ ranking, room }: { ranking: Ranking; room: Room }) {
  const { t } = useWords('panel');
  if (room.state === 'to_propose') return <Form ranking={ranking} room={room} />;
  return (
    <details className={css['offer']}>
      <summary>{t('cut.again_title')}</summary>
      <p className={css['inset']}>{t('cut.again_why')}</p>
      <Form ranking={ranking} room={room} />
    </details>
  );
}

function Form({ ranking, room }: { ranking: Ranking; room: Room }) {
  const { t } = useWords('panel');
  const [drawn, setDrawn] = useState<Record<string, DrawnCut>>({});
  const [isAsked, setAsked] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const usual = useUsualNotes(ranking);
  const put = usePutToPanel(ranking.tender_id);
  const standing = (cut: Cut): DrawnCut => drawn[cut.lot_id] ?? drawnFrom(cut);
  const notesOf = (cut: Cut) => Object.fromEntries(cut.ranked.map((label) => [label, standing(cut).notes[label] ?? usual[label] ?? '']));
  const send = () => {
    setAsked(true);
    if (room.cuts.some((cut) => isBare(cut, standing(cut)))) return focusFirstFault(form.current);
    put.mutate(
      room.cuts.map((cut) => bodyOfCut(cut, standing(cut), notesOf(cut))),
      { onSuccess: () => announce(t('cut.said')) },
    );
  };
  return (
    <form
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {room.cuts.map((cut) => (
        <LotCut
          key={cut.lot_id}
          ranking={ranking}
          cut={cut}
          drawn={standing(cut)}
          notes={notesOf(cut)}
          isAsked={isAsked}
          onDraw={(next) => setDrawn((before) => ({ ...before, [cut.lot_id]: { ...standing(cut), ...next } }))}
        />
      ))}
      <div className={css['inset']}>
        <ProblemAlert error={put.error} />
        <div>
          <Button look={room.state === 'to_propose' ? 'primary' : 'plain'} type="submit" busy={put.isPending}>
            {t(room.state === 'to_propose' ? 'cut.button' : 'cut.again')}
          </Button>
        </div>
      </div>
    </form>
  );
}

function isBare(cut: Cut, drawn: DrawnCut): boolean {
  return isMoved(cut, drawn.count) && drawn.reason.trim() === '';
}

/** What a reason begins with: place and points, the strongest and the weakest criterion. */
function useUsualNotes(ranking: Ranking): Record<string, string> {
  const { t, lang } = useWords('panel');
  const told = useSensitivity(ranking.tender_id, ranking.lots.map((lot) => lot.digest).join(' ')).data;
  const noteOf = (row: RankingRow, lotId: string): string => {
    const extremes = extremesOf(row.label, told?.lots.find((lot) => lot.lot_id === lotId), told?.criteria ?? [], lang);
    const { rank, total, technical_points: technical, price_points: price } = row;
    const place = total === null ? t('note.price', { rank, amount: row.amount }) : t('note.total', { rank, total, technical: technical ?? '–', price: price ?? '–' });
    if (extremes === null) return place;
    const { best, worst } = extremes;
    return t('note.both', { place, best: best.title, best_value: best.value, worst: worst.title, worst_value: worst.value });
  };
  return Object.fromEntries(ranking.lots.flatMap((lot) => lot.rows.map((row) => [row.label, noteOf(row, lot.lot_id)])));
}

interface LotCutProps {
  ranking: Ranking;
  cut: Cut;
  drawn: DrawnCut;
  notes: Readonly<Record<string, string>>;
  isAsked: boolean;
  onDraw: (next: Partial<DrawnCut>) => void;
}

function LotCut({ ranking, cut, drawn, notes, isAsked, onDraw }: LotCutProps) {
  const { t, lang } = useWords('panel');
  const rows = ranking.lots.find((lot) => lot.lot_id === cut.lot_id)?.rows ?? [];
  const title = ranking.lots.length > 1 ? t('cut.title_lot', { number: cut.number, title: pick(lang, { zh: cut.title_zh, en: cut.title_en }) }) : t('cut.title');
  const move = (step: -1 | 1) => {
    const count = nextCount(cut, drawn.count, step);
    if (count !== null) onDraw({ count });
  };
  const moved = isMoved(cut, drawn.count);
  return (
    <fieldset className={css['inset']}>
      <legend className={css['legend']}>{title}</legend>
      <div className={room_['cut']}>
        <span>{t('cut.line')}</span>
        <Button size="small" aria-label={t('cut.up')} disabled={nextCount(cut, drawn.count, -1) === null} onClick={() => move(-1)}>
          −
        </Button>
        <strong className="num" aria-live="polite">
          {t('cut.first', { count: drawn.count })}
        </strong>
        <Button size="small" aria-label={t('cut.down')} disabled={nextCount(cut, drawn.count, 1) === null} onClick={() => move(1)}>
          +
        </Button>
        <span className="small muted">
          {moved ? t('cut.moved', { count: cut.by_rule }) : t('cut.by_rule')} {t('cut.allowed', { counts: cut.allowed.join(t('common:list_separator')) })}
        </span>
      </div>
      {moved && (
        <AreaField
          label={t('cut.why')}
          hint={t('cut.why_hint')}
          value={drawn.reason}
          rows={2}
          maxLength={LONGEST_NOTE}
          error={isAsked && isBare(cut, drawn) ? t('codes:REASON_MISSING') : null}
          onChange={(event) => onDraw({ reason: event.target.value })}
        />
      )}
      <ol className={room_['ordered']} aria-label={t('cut.caption', { number: cut.number })}>
        {rows.map((row, place) => (
          <li key={row.label} data-cut={place + 1 === drawn.count || undefined}>
            <span className={css['head']}>
              <RankAndLabel row={row} />
              <Tag tone={place < drawn.count ? 'good' : 'calm'}>{t(place < drawn.count ? 'cut.in' : 'cut.out')}</Tag>
            </span>
            <AreaField
              label={<span className="visually-hidden">{t('cut.note_of', { label: row.label })}</span>}
              rows={2}
              value={notes[row.label] ?? ''}
              maxLength={LONGEST_NOTE}
              onChange={(event) => onDraw({ notes: { ...drawn.notes, [row.label]: event.target.value } })}
            />
          </li>
        ))}
      </ol>
    </fieldset>
  );
}
