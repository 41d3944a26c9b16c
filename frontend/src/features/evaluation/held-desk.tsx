// One held document: its pages, the boxes drawn over them, and the word that clears or withholds it.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button, ButtonLink } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { Sheet } from '@/ui/sheet';

import { BoxCanvas } from './box-canvas';
import { BoxNumbers } from './box-numbers';
import { heldAddress, useDecideHeld, useHeldTable, type Box, type HeldDocument } from './documents-queries';
import { ValueTable } from './value-table';

export function HeldDesk({ held }: { held: HeldDocument }) {
  const { t } = useWords('documents');
  const decide = useDecideHeld(held.key);
  const [at, setAt] = useState(0);
  const [boxes, setBoxes] = useState<readonly Box[]>([]);
  const [isAsking, setAsking] = useState(false);
  const [isLost, setLost] = useState(false);
  const page = held.pages[at];
  const isTable = held.kind === 'table';
  const here = boxes.filter((box) => box.page === at);
  const add = (box: Omit<Box, 'page'>) => setBoxes([...boxes, { ...box, page: at }]);
  const say = (verdict: 'clear' | 'withhold') =>
    decide.mutate(
      { verdict, version: held.version, boxes: verdict === 'clear' ? [...boxes] : [] },
      { onSuccess: () => announce(t(verdict === 'clear' ? 'held.cleared' : 'held.withheld')) },
    );
  return (
    <Panel
      title={t(isTable ? 'sheet' : 'page', { page: at + 1, pages: held.pages.length })}
      actions={<ButtonLink size="small" to={`/tenders/${held.tender_id}`}>{t('words:notice')}</ButtonLink>}
    >
      <div className="stack">
        {held.alias === null && <Banner>{t('held.lean')}</Banner>}
        <ProblemAlert error={decide.error} />
        {page !== undefined && page.holds.length > 0 && (
          <p>
            {t('held.why')}
            {t('common:colon')}
            {page.holds.map((reason) => t(`held.reason.${reason}`)).join(' · ')}
          </p>
        )}
        <div className="spread">
          {held.pages.length > 1 && (
            <div className="row">
              <Button size="small" icon="back" aria-label={t('before')} disabled={at === 0} onClick={() => setAt(at - 1)} />
              <Button size="small" icon="next" aria-label={t('next')} disabled={at === held.pages.length - 1} onClick={() => setAt(at + 1)} />
            </div>
          )}
          <div className="row">
            <span className="small muted">{t('held.boxes', { count: here.length })}</span>
            <Button size="small" disabled={boxes.length === 0} onClick={() => setBoxes(boxes.slice(0, -1))}>
              {t('held.undo')}
            </Button>
          </div>
        </div>
        <p className="small muted">{t(isTable ? 'held.how_table' : 'held.how')}</p>
        {isTable ? (
          <TablePart key={at} heldKey={held.key} page={at + 1} boxes={here} onAdd={add} onRemove={(box) => setBoxes(boxes.filter((each) => each !== box))} />
        ) : isLost ? (
          <Banner tone="warn" role="alert" actions={<Button size="small" onClick={() => setLost(false)}>{t('common:actions.retry')}</Button>}>
            {t('failed')}
          </Banner>
        ) : (
          <>
            <BoxCanvas key={at} address={heldAddress(held.key, at + 1, held.version)} boxes={here} onAdd={add} onLost={() => setLost(true)} />
            <BoxNumbers onAdd={add} />
          </>
        )}
        <div className="row">
          <Button look="primary" icon="check" busy={decide.isPending} disabled={isLost} onClick={() => say('clear')}>
            {boxes.length === 0 ? t('held.clear') : t('held.clear_boxes', { count: boxes.length })}
          </Button>
          <Button look="danger" onClick={() => setAsking(true)}>
            {t('held.withhold')}
          </Button>
        </div>
      </div>
      {isAsking && (
        <Sheet
          title={t('held.withhold_title')}
          onClose={() => setAsking(false)}
          foot={
            <>
              <Button onClick={() => setAsking(false)}>{t('common:actions.cancel')}</Button>
              <Button look="danger" busy={decide.isPending} onClick={() => say('withhold')}>
                {t('held.withhold')}
              </Button>
            </>
          }
        >
          <p>{t('held.withhold_why')}</p>
        </Sheet>
      )}
    </Panel>
  );
}

interface TablePartProps {
  heldKey: string;
  page: number;
  boxes: readonly Box[];
  onAdd: (box: Omit<Box, 'page'>) => void;
  onRemove: (box: Box) => void;
}

function TablePart({ heldKey, page, boxes, onAdd, onRemove }: TablePartProps) {
  const table = useHeldTable(heldKey, page);
  const find = (row: number, column: number) => boxes.find((box) => box.top === row && box.left === column);
  const toggle = (row: number, column: number) => {
    const box = find(row, column);
    if (box === undefined) onAdd({ left: column, top: row, width: 1, height: 1 });
    else onRemove(box);
  };
  return <QueryView query={table}>{({ rows }) => <ValueTable rows={rows} isMarked={(_, row, column) => find(row, column) !== undefined} onCell={toggle} />}</QueryView>;
}
