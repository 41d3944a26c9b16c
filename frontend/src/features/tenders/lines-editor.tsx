// The lines of a lot: a plain grid of inputs, or taken from a paste or a spreadsheet.
import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';

import type { Fault, LineDraft, LotDraft } from './api';
import type { SectionProps } from './section-props';
import css from './builder.module.css';
import { changeLot, EMPTY_LINE, faultAt, linesOf, tidied } from './draft-edit';
import { useFaultText } from './draft-field';
import { PasteSheet } from './paste-sheet';

const COLUMNS = ['item_code', 'description', 'quantity', 'unit', 'baseline_price'] as const satisfies readonly (keyof LineDraft)[];
// A grid of hundreds of inputs is slow and nobody types so many: the rest is counted and kept.
const SHOWN = 60;

interface LinesEditorProps {
  tenderId: string;
  lot: LotDraft;
  at: number;
  change: SectionProps['change'];
  faults: readonly Fault[];
  isTried: boolean;
}

export function LinesEditor({ tenderId, lot, at, change, faults, isTried }: LinesEditorProps) {
  const { t } = useWords('tenders');
  const [isPasting, setPasting] = useState(false);
  const setLines = (make: (lines: readonly LineDraft[]) => LineDraft[]) =>
    change((before) => changeLot(before, at, { lines: make(before.lots[at]?.lines ?? []) }));
  return (
    <div className={css['lines']}>
      <div className="spread">
        <h3>{t('lot.lines', { count: lot.lines.length })}</h3>
        <div className="row">
          <Button size="small" icon="upload" onClick={() => setPasting(true)}>
            {t('paste.lines')}
          </Button>
          <Button size="small" icon="plus" onClick={() => setLines((lines) => [...lines, EMPTY_LINE])}>
            {t('form.add_line')}
          </Button>
        </div>
      </div>
      {lot.lines.length > 0 && (
        <div className={css['grid']} tabIndex={0} role="region" aria-label={t('lot.lines_title')}>
          <table>
            <thead>
              <tr>
                <th scope="col">#</th>
                {COLUMNS.map((column) => (
                  <th key={column} scope="col">
                    {t(`line.${column}`)}
                  </th>
                ))}
                <th scope="col">
                  <span className="visually-hidden">{t('common:actions.remove')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {lot.lines.slice(0, SHOWN).map((line, place) => (
                <LineRow
                  key={place}
                  line={line}
                  place={place}
                  path={`lots.${at}.lines.${place}`}
                  faults={faults}
                  isTried={isTried}
                  onChange={(next) => setLines((lines) => lines.map((each, other) => (other === place ? next : each)))}
                  onRemove={() => setLines((lines) => lines.filter((_, other) => other !== place))}
                />
              ))}
            </tbody>
          </table>
          {lot.lines.length > SHOWN && <p className="small muted">{t('form.more_lines', { count: lot.lines.length - SHOWN })}</p>}
        </div>
      )}
      {isPasting && <PasteSheet tenderId={tenderId} target="lines" onClose={() => setPasting(false)} onTake={(rows, typed) => setLines((lines) => [...lines, ...linesOf(rows, typed)])} />}
    </div>
  );
}

interface LineRowProps {
  line: LineDraft;
  place: number;
  path: string;
  faults: readonly Fault[];
  isTried: boolean;
  onChange: (line: LineDraft) => void;
  onRemove: () => void;
}

function LineRow({ line, place, path, faults, isTried, onChange, onRemove }: LineRowProps) {
  const { t } = useWords('tenders');
  const say = useFaultText();
  return (
    <tr>
      <th scope="row">{place + 1}</th>
      {COLUMNS.map((column) => {
        const fault = faultAt(faults, `${path}.${column}`, isTried);
        const isNumber = column === 'quantity' || column === 'baseline_price';
        return (
          <td key={column}>
            <input
              data-path={`${path}.${column}`}
              aria-label={`${t(`line.${column}`)} ${place + 1}`}
              aria-invalid={fault ? true : undefined}
              title={fault ? say(fault) : undefined}
              inputMode={isNumber ? 'decimal' : 'text'}
              className={isNumber ? css['number'] : ''}
              value={line[column]}
              onChange={(event) => onChange({ ...line, [column]: event.target.value })}
              onBlur={() => {
                if (isNumber && tidied(line[column]) !== line[column]) onChange({ ...line, [column]: tidied(line[column]) });
              }}
            />
          </td>
        );
      })}
      <td>
        <Button size="small" look="quiet" icon="close" aria-label={`${t('common:actions.remove')} ${place + 1}`} onClick={onRemove} />
      </td>
    </tr>
  );
}
