// The draft under the editor's hands: kept here, saved by itself, never overwritten by another one's version unseen.
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';

import { asProblem, type Problem } from '@/api/problem';
import { useAutosave, type Autosave } from '@/ui/use-autosave';

import { keys, saveDraft, type Draft, type StaffTender } from './api';
import { adopting } from './draft-edit';

export interface DraftHandle {
  draft: Draft;
  change: (make: (draft: Draft) => Draft) => void;
  status: Autosave;
  /** Somebody saved in between: what, and by whom. */
  conflict: Problem | null;
  flush: () => Promise<void>;
  version: () => number;
  takeTheirs: (theirs: StaffTender) => void;
  keepMine: () => Promise<void>;
}

export function useDraft(tender: StaffTender, first: Draft): DraftHandle {
  const client = useQueryClient();
  const [draft, setDraft] = useState<Draft>(first);
  const latest = useRef(first);
  const version = useRef(tender.version);
  // Held until a person decides: while it stands nothing is saved, or the question would flicker away under the pointer.
  const [conflict, setConflict] = useState<Problem | null>(null);
  const held = useRef<Problem | null>(null);
  const id = tender.id;

  const put = useCallback((next: Draft) => {
    latest.current = next;
    setDraft(next);
  }, []);

  const hold = useCallback((problem: Problem | null) => {
    held.current = problem;
    setConflict(problem);
  }, []);

  const save = useCallback(async () => {
    if (held.current !== null) throw held.current;
    const sent = latest.current;
    const stored = await saveDraft(id, version.current, sent).catch((error: unknown) => {
      const problem = asProblem(error);
      if (problem.code === 'CHANGED_SINCE') hold(problem);
      throw problem;
    });
    version.current = stored.version;
    client.setQueryData(keys.one(id), stored);
    if (stored.draft !== null) put(adopting(latest.current, sent, stored.draft));
    await Promise.all([keys.preflight(id), keys.eligible(id), keys.comparison(id)].map((queryKey) => client.invalidateQueries({ queryKey })));
    // The builder's own words come with the pre-flight; those of a page left behind are asked for when it is seen again.
    await client.invalidateQueries({ queryKey: keys.sentences(id), refetchType: 'none' });
  }, [client, id, put, hold]);

  const { status, touch, flush } = useAutosave(save);
  return {
    draft,
    status,
    flush,
    conflict,
    version: () => version.current,
    change(make) {
      put(make(latest.current));
      touch();
    },
    takeTheirs(theirs) {
      hold(null);
      version.current = theirs.version;
      if (theirs.draft !== null) put(theirs.draft);
      client.setQueryData(keys.one(id), theirs);
    },
    async keepMine() {
      // Written over theirs knowingly, on the version that was just shown.
      const shown = Number(conflict?.detail['version'] ?? Number.NaN);
      if (Number.isFinite(shown)) version.current = shown;
      hold(null);
      touch();
      await flush();
    },
  };
}
