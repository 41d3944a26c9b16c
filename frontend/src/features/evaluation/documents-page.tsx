// /tenders/:tenderId/documents: the files of all offers for those who read the technical parts later, and the originals of
// unsealed bidders for the contract.

import { useState } from 'react';
import { useParams } from 'react-router';

import { useMe } from '@/api/session';
import { offerNumber } from '@/domain/technical-offers';
import { useWords } from '@/i18n/use-words';
import { ButtonAnchor } from '@/ui/button';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { QueryView } from '@/ui/query-view';
import { Empty } from '@/ui/states';

import { DocumentViewer } from './document-viewer';
import css from './documents.module.css';
import { originalAddress, useDocuments, useOriginals, type OfferDocument } from './documents-queries';
import { OfferFiles } from './offer-files';

export default function DocumentsPage() {
  const { t } = useWords('documents');
  const { tenderId = '' } = useParams();
  const query = useDocuments(tenderId);
  const [open, setOpen] = useState<string | null>(null);
  return (
    <>
      <PageHeader title={t('all.title')} lead={t('all.lead')} back={{ to: `/tenders/${tenderId}`, label: t('common:actions.back') }} />
      <div className="stack">
        <QueryView query={query}>
          {({ documents }) => {
            const shown = documents.find((each) => each.id === open && each.state === 'shown');
            return (
              <div className={css['beside']} data-viewer={shown === undefined ? undefined : ''}>
                <OffersFiles documents={documents} present={open} onOpen={setOpen} />
                {shown !== undefined && <DocumentViewer key={shown.id} document={shown} canReport={false} onClose={() => setOpen(null)} />}
              </div>
            );
          }}
        </QueryView>
        <Originals tenderId={tenderId} />
      </div>
    </>
  );
}

interface OffersFilesProps {
  documents: readonly OfferDocument[];
  present: string | null;
  onOpen: (id: string) => void;
}

function OffersFiles({ documents, present, onOpen }: OffersFilesProps) {
  const { t } = useWords('documents');
  if (documents.length === 0) {
    return (
      <Panel>
        <Empty icon="file" title={t('all.empty')}>
          {t('all.empty_why')}
        </Empty>
      </Panel>
    );
  }
  return (
    <div className="stack">
      {[...groupedBy(documents, (each) => each.lot_number)].map(([number, inLot]) => (
        <Panel key={number} title={t('all.lot', { number })} flush>
          <PlainTable
            caption={t('all.lot', { number })}
            rows={[...groupedBy(inLot, (each) => each.alias)]}
            rowKey={([alias]) => alias}
            columns={[
              { key: 'offer', title: t('all.offers'), cell: ([alias]) => <span className={css['offer']}>{t('all.offer', { number: offerNumber(alias) })}</span> },
              { key: 'files', title: t('files'), cell: ([, own]) => <OfferFiles documents={own} present={present} onOpen={onOpen} /> },
            ]}
          />
        </Panel>
      ))}
    </div>
  );
}

function groupedBy<K>(documents: readonly OfferDocument[], keyOf: (one: OfferDocument) => K): Map<K, OfferDocument[]> {
  const groups = new Map<K, OfferDocument[]>();
  for (const each of documents) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return groups;
}

function Originals({ tenderId }: { tenderId: string }) {
  const { t } = useWords('documents');
  const me = useMe();
  const mayHave = me?.roles.some((role) => role === 'purchaser' || role === 'approver') === true;
  const { data: originals = [] } = useOriginals(tenderId, mayHave);
  if (originals.length === 0) return null;
  return (
    <Panel title={t('all.originals')}>
      <p className="muted">{t('all.originals_why')}</p>
      <PlainTable
        caption={t('all.originals')}
        rows={originals}
        rowKey={(one) => one.id}
        columns={[
          { key: 'name', title: t('all.file'), cell: (one) => one.name },
          { key: 'own', title: t('all.own_name'), cell: (one) => <bdi className={css['own']}>{one.file_name}</bdi> },
          { key: 'label', title: t('all.label'), cell: (one) => one.label },
          {
            key: 'get',
            title: '',
            right: true,
            cell: (one) => (
              <ButtonAnchor size="small" icon="export" href={originalAddress(tenderId, one.id)} download>
                {t('all.get')}
              </ButtonAnchor>
            ),
          },
        ]}
      />
    </Panel>
  );
}
