// One cell: an offer's answer to one criterion, the mark by button or key 0–5, the comment, and whether it is saved.

import { useId, type KeyboardEvent, type ReactNode } from 'react';

import { valueOf } from '@/domain/technical-offers';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { AreaField } from '@/ui/field';
import { Icon } from '@/ui/icon';
import { useProblemText } from '@/ui/problem-alert';

import { MARKS, markOfKey, wantsComment, type Place } from './cells';
import css from './evaluation.module.css';
import type { Cell, MarkKeeper } from './mark-keeper';
import type { Answer, Criterion } from './queries';
import { levelOf } from './words-of';

// app/evaluation/schemas.py: the longest comment.
const LONGEST = 2000;

interface MarkCardProps {
  id: string;
  title: string;
  /** "Offer 3, criterion 2": names the group of buttons. */
  name: string;
  place: Place;
  criterion: Criterion;
  answer: Answer | undefined;
  keeper: MarkKeeper;
  isLocked: boolean;
  /** Somebody asked to submit: what is missing is said. */
  isAsked: boolean;
  /** The files of the offer, below its answer. */
  files?: ReactNode;
  children?: ReactNode;
}

export function MarkCard({ id, title, name, place, criterion, answer, keeper, isLocked, isAsked, files, children }: MarkCardProps) {
  const { t, lang } = useWords('evaluation');
  const cell = keeper.cell(place);
  const value = valueOf(lang, criterion, answer);
  const wants = wantsComment(cell.mark);
  const isSilent = wants && cell.comment.trim() === '';
  const onKey = (event: KeyboardEvent) => {
    if (isLocked || event.target instanceof HTMLTextAreaElement) return;
    const mark = markOfKey(event.nativeEvent);
    if (mark !== null) keeper.change(place, { mark });
  };
  return (
    <article id={id} className={css['card']} aria-label={name} onKeyDown={onKey}>
      <header className={css['cardHead']}>
        <h3>{title}</h3>
        <CellNote cell={cell} isLocked={isLocked} />
      </header>
      {children}
      <div className={css['cardBody']}>
        <div className={css['answer']}>
          {value !== '' && <p className={css['value']}>{value}</p>}
          {answer?.text ? <p className={css['text']}>{answer.text}</p> : value === '' && <p className="muted">{t('grid.no_answer')}</p>}
          {files}
        </div>
        <div className={css['marking']}>
          <Marks name={name} criterion={criterion} cell={cell} isLocked={isLocked} onMark={(mark) => keeper.change(place, { mark })} />
          <Meaning criterion={criterion} cell={cell} isAsked={isAsked} />
          {isLocked ? (
            cell.comment !== '' && <blockquote className={css['said']}>{cell.comment}</blockquote>
          ) : (
            <AreaField
              label={t('grid.comment')}
              hint={wants ? t('grid.comment_wanted') : undefined}
              optional={!wants}
              rows={2}
              maxLength={LONGEST}
              value={cell.comment}
              error={isAsked && isSilent ? t('codes:COMMENT_MISSING') : null}
              onChange={(event) => keeper.change(place, { comment: event.target.value })}
              onBlur={() => keeper.flush(place)}
            />
          )}
        </div>
      </div>
      <Stale cell={cell} criterion={criterion} onMine={() => keeper.keepMine(place)} onTheirs={() => keeper.takeTheirs(place)} />
    </article>
  );
}

function Meaning({ criterion, cell, isAsked }: { criterion: Criterion; cell: Cell; isAsked: boolean }) {
  const { t, lang } = useWords('evaluation');
  if (cell.mark !== null) return <p className={css['meaning']}>{levelOf(lang, criterion, cell.mark)}</p>;
  return (
    <p className={isAsked ? css['lack'] : 'muted'}>
      {t(isAsked ? 'grid.mark_missing' : 'grid.not_marked')}
      {!isAsked && <span className={css['keys']}>{t('grid.keys')}</span>}
    </p>
  );
}

interface MarksProps {
  name: string;
  criterion: Criterion;
  cell: Cell;
  isLocked: boolean;
  onMark: (mark: number) => void;
}

function Marks({ name, criterion, cell, isLocked, onMark }: MarksProps) {
  const { t, lang } = useWords('evaluation');
  const group = useId();
  return (
    <fieldset className={css['marks']} disabled={isLocked}>
      <legend className="visually-hidden">{t('grid.mark_for', { name })}</legend>
      {MARKS.map((mark) => (
        <label key={mark} className={css['mark']} data-chosen={cell.mark === mark || undefined}>
          <input type="radio" name={group} value={mark} checked={cell.mark === mark} onChange={() => onMark(mark)} />
          <span>{mark}</span>
          <span className="visually-hidden"> {levelOf(lang, criterion, mark)}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** Saved, on its way, kept on this device: each cell says its own state in words. */
function CellNote({ cell, isLocked }: { cell: Cell; isLocked: boolean }) {
  const { t } = useWords('evaluation');
  const say = useProblemText();
  // Of a sheet handed in it is said once, at its head.
  if (cell.state === 'empty' || cell.state === 'stale' || (isLocked && cell.state === 'saved')) return null;
  const text = cell.state === 'refused' && cell.problem ? say(cell.problem) : t(`cell.${cell.state}`);
  return (
    <span className={css['state']} data-state={cell.state}>
      {cell.state === 'saved' && <Icon name="check" size={14} />}
      {(cell.state === 'offline' || cell.state === 'refused') && <Icon name="warn" size={14} />}
      {text}
    </span>
  );
}

interface StaleProps {
  cell: Cell;
  criterion: Criterion;
  onMine: () => void;
  onTheirs: () => void;
}

function Stale({ cell, criterion, onMine, onTheirs }: StaleProps) {
  const { t, lang } = useWords('evaluation');
  if (cell.state !== 'stale' || cell.theirs === null) return null;
  const { mark, comment } = cell.theirs;
  return (
    <Banner
      tone="warn"
      role="alert"
      title={t('common:states.changed_meanwhile')}
      actions={
        <>
          <Button size="small" onClick={onMine}>
            {t('stale.mine')}
          </Button>
          <Button size="small" onClick={onTheirs}>
            {t('stale.theirs')}
          </Button>
        </>
      }
    >
      <p>{mark === null ? t('stale.no_mark') : t('stale.there', { mark, level: levelOf(lang, criterion, mark) })}</p>
      {comment !== '' && <blockquote className={css['said']}>{comment}</blockquote>}
    </Banner>
  );
}
