// EV-02: the blind grid. By criterion, so that one good answer does not shine on the next (the default), or by offer.

import { useEffect, useRef, useState } from 'react';

import { offerNumber } from '@/domain/technical-offers';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { Switcher } from '@/ui/switcher';

import { cellKey, countOf, placesOfCriterion, placesOfOffer, type Place } from './cells';
import { CriterionWeight } from './criterion-weight';
import { DocumentViewer } from './document-viewer';
import { useDocuments, type OfferDocument } from './documents-queries';
import css from './evaluation.module.css';
import { GridNav, type Stop } from './grid-nav';
import { Levels } from './levels';
import { MarkCard } from './mark-card';
import type { MarkKeeper } from './mark-keeper';
import { OfferFiles } from './offer-files';
import type { Criterion, Sheet, SheetLot } from './queries';
import { plain, titleOf } from './words-of';

export type Mode = 'criterion' | 'offer';

/** What of the sheet is on the page. */
export interface View {
  mode: Mode;
  lot: string;
  criterion: string;
  offer: string;
}

interface GridProps {
  sheet: Sheet;
  keeper: MarkKeeper;
  view: View;
  isAsked: boolean;
  onView: (changes: Partial<View>) => void;
}

export const cardId = (place: Place) => `cell-${cellKey(place).replace(/[^\w-]/g, '-')}`;

export function Grid({ sheet, keeper, view, isAsked, onView }: GridProps) {
  const { t, lang } = useWords('evaluation');
  const lot = sheet.lots.find((one) => one.lot_id === view.lot) ?? sheet.lots[0];
  const top = useRef<HTMLDivElement>(null);
  const { data: documents } = useDocuments(sheet.tender_id);
  const [open, setOpen] = useState<string | null>(null);
  const present = view.mode === 'criterion' ? view.criterion : view.offer;
  const last = useRef(present);
  useEffect(() => {
    // The next stop begins at its top; on a phone one has scrolled far by then.
    if (last.current !== present) top.current?.scrollIntoView({ block: 'start' });
    last.current = present;
  }, [present]);
  if (lot === undefined) return null;
  const stops = stopsOf(sheet, lot, view.mode, keeper, {
    criterion: (one) => `${String(one.number)} · ${titleOf(lang, one)}`,
    offer: (alias) => t('offer', { number: offerNumber(alias) }),
  });
  const files: FilesAt = { all: documents?.documents ?? [], open, onOpen: setOpen };
  // One that was hidden meanwhile closes by itself.
  const shown = files.all.find((each) => each.id === open && each.state === 'shown');
  const place = Math.max(0, stops.findIndex((stop) => stop.key === present));
  const go = (key: string) => onView(view.mode === 'criterion' ? { criterion: key } : { offer: key });
  const step = (by: number) => {
    const stop = stops[place + by];
    if (stop) go(stop.key);
  };
  return (
    <div className={css['gridFrame']} ref={top}>
      <div className="spread">
        <Switcher
          label={t('grid.mode')}
          value={view.mode}
          onChange={(mode) => onView({ mode })}
          options={[
            { value: 'criterion', label: t('grid.by_criterion') },
            { value: 'offer', label: t('grid.by_offer') },
          ]}
        />
        {sheet.lots.length > 1 && (
          <Switcher
            label={t('words:lots')}
            value={lot.lot_id}
            onChange={(next) => onView({ lot: next })}
            options={sheet.lots.map((one) => ({ value: one.lot_id, label: t('lot', { number: one.number }) }))}
          />
        )}
      </div>
      <div className={css['grid']} data-viewer={shown === undefined ? undefined : ''}>
        <GridNav label={t(view.mode === 'criterion' ? 'grid.criteria' : 'grid.offers')} stops={stops} present={stops[place]?.key ?? ''} onGo={go} />
        <div className="stack">
          {view.mode === 'criterion' ? (
            <ByCriterion sheet={sheet} lot={lot} criterion={sheet.rules.criteria[place]} keeper={keeper} isAsked={isAsked} files={files} />
          ) : (
            <ByOffer sheet={sheet} lot={lot} place={place} keeper={keeper} isAsked={isAsked} files={files} />
          )}
          <div className="spread">
            <Button icon="back" disabled={place === 0} onClick={() => step(-1)}>
              {t('grid.before')}
            </Button>
            <Button icon="next" disabled={place === stops.length - 1} onClick={() => step(1)}>
              {t('grid.next')}
            </Button>
          </div>
        </div>
        {shown !== undefined && <DocumentViewer key={shown.id} document={shown} canReport={documents?.can_report === true} onClose={() => setOpen(null)} />}
      </div>
    </div>
  );
}

interface FilesAt {
  all: readonly OfferDocument[];
  open: string | null;
  onOpen: (id: string) => void;
}

function FilesOf({ files, lot, alias }: { files: FilesAt; lot: string; alias: string }) {
  const own = files.all.filter((each) => each.lot_id === lot && each.alias === alias);
  return <OfferFiles documents={own} present={files.open} onOpen={files.onOpen} />;
}

interface StopNames {
  criterion: (criterion: Criterion) => string;
  offer: (alias: string) => string;
}

function stopsOf(sheet: Sheet, lot: SheetLot, mode: Mode, keeper: MarkKeeper, names: StopNames): Stop[] {
  const valueOf = (place: Place) => keeper.cell(place);
  if (mode === 'criterion') {
    return sheet.rules.criteria.map((criterion) => ({ key: criterion.id, label: names.criterion(criterion), count: countOf(placesOfCriterion(lot, criterion), valueOf) }));
  }
  return lot.offers.map((offer) => ({ key: offer.alias, label: names.offer(offer.alias), count: countOf(placesOfOffer(lot, offer, sheet.rules.criteria), valueOf) }));
}

interface PartProps {
  sheet: Sheet;
  lot: SheetLot;
  keeper: MarkKeeper;
  isAsked: boolean;
  files: FilesAt;
}

function ByCriterion({ sheet, lot, criterion, keeper, isAsked, files }: PartProps & { criterion: Criterion | undefined }) {
  const { t, lang } = useWords('evaluation');
  if (criterion === undefined) return null;
  return (
    <section className={css['sheet']} aria-label={titleOf(lang, criterion)}>
      <div className={css['sheetHead']}>
        <CriterionHead rules={sheet.rules} criterion={criterion} />
      </div>
      <Levels criterion={criterion} sticks />
      {lot.offers.map((offer) => {
        const place = { lot: lot.lot_id, alias: offer.alias, criterion: criterion.id };
        const name = t('offer', { number: offerNumber(offer.alias) });
        return (
          <MarkCard
            key={cellKey(place)}
            id={cardId(place)}
            title={name}
            name={t('grid.cell', { offer: name, number: criterion.number })}
            place={place}
            criterion={criterion}
            answer={offer.answers.find((answer) => answer.criterion === criterion.id)}
            keeper={keeper}
            isLocked={sheet.state !== 'marking'}
            isAsked={isAsked}
            files={<FilesOf files={files} lot={lot.lot_id} alias={offer.alias} />}
          />
        );
      })}
    </section>
  );
}

function ByOffer({ sheet, lot, place: at, keeper, isAsked, files }: PartProps & { place: number }) {
  const { t, lang } = useWords('evaluation');
  const offer = lot.offers[at];
  if (offer === undefined) return null;
  const offerName = t('offer', { number: offerNumber(offer.alias) });
  return (
    <Panel title={offerName} flush>
      <div className={css['offerFiles']}>
        <FilesOf files={files} lot={lot.lot_id} alias={offer.alias} />
      </div>
      {sheet.rules.criteria.map((criterion) => {
        const place = { lot: lot.lot_id, alias: offer.alias, criterion: criterion.id };
        return (
          <MarkCard
            key={cellKey(place)}
            id={cardId(place)}
            title={`${String(criterion.number)} · ${titleOf(lang, criterion)}`}
            name={t('grid.cell', { offer: offerName, number: criterion.number })}
            place={place}
            criterion={criterion}
            answer={offer.answers.find((answer) => answer.criterion === criterion.id)}
            keeper={keeper}
            isLocked={sheet.state !== 'marking'}
            isAsked={isAsked}
          >
            <Levels criterion={criterion} />
          </MarkCard>
        );
      })}
    </Panel>
  );
}

function CriterionHead({ rules, criterion }: { rules: Sheet['rules']; criterion: Criterion }) {
  const { t, lang } = useWords('evaluation');
  const prompt = titleOf(lang, { title_zh: criterion.prompt_zh, title_en: criterion.prompt_en });
  return (
    <>
      <div className="spread">
        <h2>{`${String(criterion.number)} · ${titleOf(lang, criterion)}`}</h2>
        <span className="row small muted">
          <CriterionWeight rules={rules} criterion={criterion} />
          {criterion.threshold !== null && <span>{t('grid.threshold', { threshold: plain(criterion.threshold) })}</span>}
        </span>
      </div>
      {prompt !== '' && <p className="muted">{prompt}</p>}
    </>
  );
}
