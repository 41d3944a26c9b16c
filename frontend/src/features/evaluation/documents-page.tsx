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
      <PageHeader title={t('all.title')} lead={t('all.lead')} />
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
  const offers = new Map<string, OfferDocument[]>();
  for (const each of documents) {
    const name = [t('all.lot', { number: each.lot_number }), t('all.offer', { number: offerNumber(each.alias) })].join(' · ');
    offers.set(name, [...(offers.get(name) ?? []), each]);
  }
  return (
    <div className="stack">
      {[...offers].map(([name, own]) => (
        <Panel key={name} title={name}>
          <OfferFiles documents={own} present={present} onOpen={onOpen} />
        </Panel>
      ))}
    </div>
  );
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
