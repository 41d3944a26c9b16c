// The notices of the signed-in person; the bell in the frame and the notices page read the same query.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { useWords } from '@/i18n/use-words';

import { api, unwrap } from './client';
import type { components } from './schema';

export type Notice = components['schemas']['NoticeView'];

const NOTICES = 'notices';

/** Newest first, in the language of the page. */
export function useNotices() {
  const { lang } = useWords();
  return useQuery({
    queryKey: [NOTICES, lang],
    queryFn: () => unwrap(api.GET('/api/notices', { params: { query: { lang } } })),
    refetchInterval: 30_000,
  });
}

/** One notice by its id, or `all`. */
export function useReadNotice() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => unwrap(api.POST('/api/notices/{notice_id}/read', { params: { path: { notice_id: id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: [NOTICES] }),
  });
}
