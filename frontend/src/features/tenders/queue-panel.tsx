// PL-08: the purchaser's queue of redacted questions, and the draft of an answer to all.
import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button, ButtonLink } from '@/ui/button';
import { AreaField, CheckField } from '@/ui/field';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';

import { useQueue, useWriteAnswer, type Queue, type Queued } from './question-data';
import css from './questions.module.css';

const TONES = { draft: 'calm', pending: 'warn', ready: 'good', published: 'good' } as const;
const LONGEST = 4000;

export function QueuePanel({ tenderId, zone }: { tenderId: string; zone: string }) {
  const { t } = useWords('questions');
  const queue = useQueue(tenderId, true);
  return (
    <Panel title={t('queue.title')}>
      <QueryView query={queue}>{(shown) => <Open queue={shown} zone={zone} />}</QueryView>
    </Panel>
  );
}

function Open({ queue, zone }: { queue: Queue; zone: string }) {
  const { t } = useWords('questions');
  const open = queue.questions.filter((one) => one.answer?.state !== 'published');
  if (open.length === 0) {
    return (
      <Empty icon="check" title={t('queue.none')}>
        <p>{t('queue.none_why')}</p>
      </Empty>
    );
  }
  return (
    <ul className={css['list']}>
      {open.map((one) => (
        <li key={one.id} className={css['pair']}>
          <div className="row">
            {one.answer !== null && <Tag tone={TONES[one.answer.state]}>{t(`answers.${one.answer.state}`)}</Tag>}
            <span className="small muted">
              {t('queue.relayed')} <Instant at={one.released_at} zone={zone} named />
            </span>
          </div>
          <p className={css['question']}>{one.text}</p>
          {queue.can_answer ? <AnswerForm tenderId={queue.tender_id} question={one} isStrict={queue.profile === 'strict'} /> : one.answer !== null && <Texts zh={one.answer.zh} en={one.answer.en} />}
        </li>
      ))}
    </ul>
  );
}

function Texts({ zh, en }: { zh: string; en: string }) {
  return (
    <div className={css['two']}>
      <p className={css['answer']} lang="zh">
        {zh}
      </p>
      <p className={css['answer']} lang="en">
        {en}
      </p>
    </div>
  );
}

function AnswerForm({ tenderId, question, isStrict }: { tenderId: string; question: Queued; isStrict: boolean }) {
  const { t } = useWords('questions');
  const { answer } = question;
  // What was read: a colleague's later text is shown, never written over unseen.
  const [base, setBase] = useState(answer);
  const [zh, setZh] = useState(answer?.zh ?? '');
  const [en, setEn] = useState(answer?.en ?? '');
  const [isChecked, setChecked] = useState(false);
  const [isTried, setTried] = useState(false);
  const write = useWriteAnswer(tenderId, question.id);
  const isMissing = (text: string) => (isTried && text.trim() === '' ? t('queue.both') : null);
  const isChanged = zh !== (base?.zh ?? '') || en !== (base?.en ?? '');
  const isNewer = answer !== null && answer.version !== (base?.version ?? 0);
  if (isNewer && !isChanged) {
    setBase(answer);
    setZh(answer.zh);
    setEn(answer.en);
  }
  const isWaiting = answer?.state === 'pending' || answer?.state === 'ready';
  const save = (is_finished: boolean) => {
    setTried(is_finished);
    if (is_finished && (zh.trim() === '' || en.trim() === '')) return;
    const body = { zh: zh.trim(), en: en.trim(), version: base?.version ?? 0, is_finished, amounts_checked: isChecked };
    write.mutate(body, {
      onSuccess: (queue) => {
        setBase(queue.questions.find((one) => one.id === question.id)?.answer ?? null);
        announce(t(is_finished ? 'queue.finished' : 'queue.saved'));
      },
    });
  };
  return (
    <div className="stack">
      <div className={css['two']}>
        <AreaField label={t('queue.zh')} lang="zh" rows={4} maxLength={LONGEST} value={zh} error={isMissing(zh)} onChange={(event) => setZh(event.target.value)} />
        <AreaField label={t('queue.en')} lang="en" rows={4} maxLength={LONGEST} value={en} error={isMissing(en)} onChange={(event) => setEn(event.target.value)} />
      </div>
      {isNewer && isChanged && (
        <Banner
          tone="warn"
          title={t('queue.newer')}
          actions={
            <Button size="small" onClick={() => setBase(answer)}>
              {t('queue.keep_mine')}
            </Button>
          }
        >
          <Texts zh={answer.zh} en={answer.en} />
        </Banner>
      )}
      {answer?.suggests_amendment === true && (
        <Banner tone="warn" actions={<ButtonLink to={`/tenders/${tenderId}`}>{t('queue.make_amendment')}</ButtonLink>}>
          {t('queue.amend')}
        </Banner>
      )}
      <CheckField label={t('queue.amounts')} checked={isChecked} onChange={(event) => setChecked(event.target.checked)} />
      <ProblemAlert error={write.error} />
      <div className="row">
        <Button look="primary" busy={write.isPending} disabled={isWaiting && !isChanged} onClick={() => save(true)}>
          {t(isStrict ? 'queue.finish_strict' : 'queue.finish')}
        </Button>
        <Button busy={write.isPending} onClick={() => save(false)}>
          {t('queue.save')}
        </Button>
      </div>
      <p className="small muted">{t('queue.to_all')}</p>
    </div>
  );
}
