// What stands behind the technical points: each offer's answers by technical alias, the agreed values, the marks by seat. As much of it as the reader may have; nobody's name.

import { useMe } from '@/api/session';
import { pick } from '@/domain/lang';
import { offerNumber, valueOf } from '@/domain/technical-offers';
import { useWords } from '@/i18n/use-words';
import { ButtonLink } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { PlainTable, type Column } from '@/ui/plain-table';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';

import css from './award.module.css';
import { trimmed } from './choosing';
import { useOffers, type JudgedAnswer, type JudgedLot, type JudgedOffer, type Offers, type Ranking } from './queries';

type Criterion = Offers['rules']['criteria'][number];

/** Only where the tender has a technical side, and only from the phase on in which this reader sees an alias. */
export function OffersPanel({ ranking }: { ranking: Ranking }) {
  // Evaluators have sheet and consensus room for it.
  const isFor = (useMe()?.roles ?? []).some((role) => role !== 'evaluator') && Boolean(ranking.evaluation?.technical);
  const offers = useOffers(ranking.tender_id, isFor);
  if (!isFor) return null;
  return <QueryView query={offers}>{(shown) => shown.lots.map((lot) => <LotOffers key={lot.lot_id} lot={lot} offers={shown} />)}</QueryView>;
}

function LotOffers({ lot, offers }: { lot: JudgedLot; offers: Offers }) {
  const { t } = useWords('award');
  const answers = lot.offers.flatMap((offer) => offer.criteria);
  const hasAnswers = answers.some((one) => one.value !== null);
  return (
    <Panel title={offers.lots.length === 1 ? t('offers.title') : t('offers.title_lot', { number: lot.number })} note={t('offers.note')} flush>
      {hasAnswers && (
        <p className={css['inset']}>
          <ButtonLink to={`/tenders/${offers.tender_id}/documents`} size="small" icon="file">
            {t('offers.files')}
          </ButtonLink>
        </p>
      )}
      {!lot.offers.some((offer) => offer.points !== null) && <p className={css['inset']}>{t(hasAnswers ? 'offers.marks_later' : 'offers.answers_later')}</p>}
      {lot.offers.map((offer) =>
        hasAnswers ? (
          <details key={offer.alias} className={css['offer']}>
            <summary>
              <OfferHead offer={offer} />
            </summary>
            <Answers offer={offer} rules={offers.rules} hasMarks={answers.some((one) => one.marks.length > 0)} />
          </details>
        ) : (
          <p key={offer.alias} className={css['offer']}>
            <OfferHead offer={offer} />
          </p>
        ),
      )}
    </Panel>
  );
}

function OfferHead({ offer }: { offer: JudgedOffer }) {
  const { t } = useWords('award');
  return (
    <span className={css['head']}>
      <strong>{t('points.offer_is', { number: offerNumber(offer.alias) })}</strong>
      {offer.points !== null && <span className="num">{t('own.points', { points: offer.points })}</span>}
      {offer.passes !== null && <Tag tone={offer.passes ? 'good' : 'off'}>{t(offer.passes ? 'own.passes' : 'own.fails')}</Tag>}
    </span>
  );
}

function Answers({ offer, rules, hasMarks }: { offer: JudgedOffer; rules: Offers['rules']; hasMarks: boolean }) {
  const { t } = useWords('award');
  const rows = rules.criteria.flatMap((criterion) => {
    const answer = offer.criteria.find((one) => one.criterion === criterion.id);
    return answer ? [{ criterion, answer }] : [];
  });
  const columns: Column<(typeof rows)[number]>[] = [
    { key: 'criterion', title: t('own.criterion'), cell: ({ criterion }) => <CriterionName criterion={criterion} /> },
    { key: 'answer', title: t('offers.answer'), cell: ({ criterion, answer }) => <AnswerText criterion={criterion} answer={answer} /> },
    ...(offer.points === null ? [] : [{ key: 'agreed', title: t('own.value'), cell: ({ answer }: (typeof rows)[number]) => <AgreedValue answer={answer} /> }]),
    ...(hasMarks ? [{ key: 'marks', title: t('offers.marks'), cell: ({ answer }: (typeof rows)[number]) => <Marks answer={answer} /> }] : []),
  ];
  return <PlainTable caption={t('points.offer_is', { number: offerNumber(offer.alias) })} columns={columns} rows={rows} rowKey={({ criterion }) => criterion.id} />;
}

function CriterionName({ criterion }: { criterion: Criterion }) {
  const { t, lang } = useWords('award');
  return (
    <span className={css['parts']}>
      <span>{`${String(criterion.number)} · ${pick(lang, { zh: criterion.title_zh, en: criterion.title_en })}`}</span>
      <span className="small muted">{t('offers.weight', { weight: trimmed(criterion.weight) })}</span>
    </span>
  );
}

function AnswerText({ criterion, answer }: { criterion: Criterion; answer: JudgedAnswer }) {
  const { t, lang } = useWords('award');
  const value = answer.value === null ? '' : valueOf(lang, criterion, { value: answer.value });
  if (value === '' && !answer.text) return <span className="muted">{t('offers.no_answer')}</span>;
  return (
    <span className={css['parts']}>
      {value !== '' && <strong>{value}</strong>}
      {answer.text && <span className={css['said']}>{answer.text}</span>}
    </span>
  );
}

function AgreedValue({ answer }: { answer: JudgedAnswer }) {
  const { t } = useWords('award');
  return (
    <span className={css['parts']}>
      <span className="num">{answer.agreed === null ? t('common:table.none') : t('own.of_five', { value: answer.agreed })}</span>
      {answer.reason !== '' && <span className={`small ${css['said'] ?? ''}`}>{answer.reason}</span>}
    </span>
  );
}

function Marks({ answer }: { answer: JudgedAnswer }) {
  const { t } = useWords('award');
  return (
    <ul className={css['parts']}>
      {answer.marks.map((one) => (
        <li key={one.seat}>
          <span className="num">{t('offers.seat', { seat: one.seat, mark: one.mark })}</span>
          {one.comment !== '' && <span className={`small muted ${css['said'] ?? ''}`}> {one.comment}</span>}
        </li>
      ))}
    </ul>
  );
}
