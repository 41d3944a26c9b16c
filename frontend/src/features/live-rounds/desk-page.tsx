// /desk: the neutral desk during live rounds (HD-01, CK-12). Clocks and a pause by phone; no amounts, no names, no counts.
import { useState } from 'react';

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button, ButtonLink } from '@/ui/button';
import { Countdown } from '@/ui/countdown';
import { AreaField, TextField } from '@/ui/field';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { Sheet } from '@/ui/sheet';
import { StateTag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';

import { LEAST_REASON } from './act-draft';
import { clockText } from './cockpit-lot';
import { DeskCases } from './desk-cases-panel';
import { useDesk, usePhonePause, type DeskLot, type DeskRound } from './desk-data';
import css from './desk-page.module.css';
import { lotTitle } from './lot-view';
import { isLive } from './messages';

export default function DeskPage() {
  const { t } = useWords('cockpit');
  const desk = useDesk();
  const [phoned, setPhoned] = useState<DeskLot | null>(null);
  return (
    <>
      <PageHeader title={t('desk.title')} lead={t('desk.lead')} />
      <div className="stack">
        <QueryView query={desk}>
          {({ rounds }) =>
            rounds.length === 0 ? (
              <Panel>
                <Empty icon="clock" title={t('desk.empty')}>
                  {t('desk.empty_why')}
                </Empty>
              </Panel>
            ) : (
              <div className="stack">
                {rounds.map((round) => (
                  <RoundPanel key={round.id} round={round} onPhone={setPhoned} />
                ))}
              </div>
            )
          }
        </QueryView>
        <DeskCases />
      </div>
      {phoned && <PhoneSheet lot={phoned} onClose={() => setPhoned(null)} />}
    </>
  );
}

function RoundPanel({ round, onPhone }: { round: DeskRound; onPhone: (lot: DeskLot) => void }) {
  const { t, lang } = useWords('cockpit');
  const zone = round.time_zone;
  const columns = [
    { key: 'lot', title: t('lots.lot'), cell: (lot: DeskLot) => `${lot.number} · ${lotTitle(lang, lot)}` },
    { key: 'state', title: t('lots.state'), cell: ({ clock }: DeskLot) => <StateTag kind="lot" state={clock.status} /> },
    {
      key: 'ends',
      title: t('lots.ends'),
      cell: ({ clock }: DeskLot) => (
        <>
          {clockText(clock.closes_at, zone)} {isLive(clock.status) && <Countdown until={clock.closes_at} over="00:00:00" />}
        </>
      ),
    },
    {
      key: 'phone',
      title: '',
      right: true,
      cell: (lot: DeskLot) =>
        isLive(lot.clock.status) && (
          <Button size="small" icon="pause" onClick={() => onPhone(lot)}>
            {t('desk.open')}
          </Button>
        ),
    },
  ];
  return (
    <Panel
      title={`${round.reference} · ${pick(lang, { zh: round.title_zh, en: round.title_en })}`}
      actions={<ButtonLink size="small" to={`/tenders/${round.tender_id}`}>{t('words:notice')}</ButtonLink>}
      flush
    >
      <PlainTable caption={t('desk.lots')} columns={columns} rows={round.lots} rowKey={({ clock }) => clock.lot_id} />
    </Panel>
  );
}

function PhoneSheet({ lot, onClose }: { lot: DeskLot; onClose: () => void }) {
  const { t } = useWords('cockpit');
  const pause = usePhonePause();
  const [code, setCode] = useState('');
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const digits = code.replace(/\D/g, '');
  const isWhole = digits.length === 8 && reason.trim().length >= LEAST_REASON;
  const confirm = () => {
    setTried(true);
    if (!isWhole) return;
    pause.mutate(
      { lotId: lot.clock.lot_id, code: digits, reason: reason.trim() },
      {
        onSuccess: () => {
          announce(t('desk.done', { number: lot.number }));
          onClose();
        },
      },
    );
  };
  return (
    <Sheet
      title={t('desk.pause_title', { number: lot.number })}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          <Button look="primary" icon="pause" busy={pause.isPending} onClick={confirm}>
            {t('desk.confirm')}
          </Button>
        </>
      }
    >
      <div className="stack">
        <ol className={css['steps']}>
          <li>{t('desk.step_1')}</li>
          <li>{t('desk.step_2')}</li>
          <li>{t('desk.step_3')}</li>
        </ol>
        <ProblemAlert error={pause.error} />
        <TextField
          label={t('desk.code')}
          hint={t('desk.code_hint')}
          inputMode="numeric"
          autoComplete="off"
          value={code}
          onChange={(event) => setCode(event.target.value)}
          error={isTried && digits.length !== 8 ? t('desk.code_hint') : null}
        />
        <AreaField
          label={t('desk.reason')}
          hint={t('acts.least')}
          value={reason}
          maxLength={1000}
          onChange={(event) => setReason(event.target.value)}
          error={isTried && reason.trim().length < LEAST_REASON ? t('common:form.too_short', { count: LEAST_REASON }) : null}
        />
      </div>
    </Sheet>
  );
}
