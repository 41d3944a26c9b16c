// The work calendar over HTTP; shapes come from the OpenAPI document.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { send } from '@/api/client';
import type { components } from '@/api/schema';

type Shapes = components['schemas'];

export type WorkCalendar = Shapes['CalendarView'];
export type CalendarDay = Shapes['CalendarDay'];
export type DayForm = Shapes['DayForm'];
export type FileRead = Shapes['FileRead'];
export type DayMark = DayForm['mark'];

/** The days of a year; 0: of the year that runs. */
export function useCalendar(year: number) {
  return useQuery({
    queryKey: ['work-calendar', year],
    queryFn: () => send<WorkCalendar>('GET', year === 0 ? '/api/work-calendar' : `/api/work-calendar?year=${year}`),
    placeholderData: (before) => before,
  });
}

/** Days put to a second person. */
export function useProposeDays() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (days: readonly DayForm[]) => send<Shapes['DaysProposed']>('POST', '/api/work-calendar/proposals', { days }),
    onSettled: () => client.invalidateQueries({ queryKey: ['work-calendar'] }),
  });
}

/** A look at a file; nothing is stored. */
export function useReadFile() {
  return useMutation({
    mutationFn: (file: File) => {
      const form = new FormData();
      form.set('file', file);
      return send<FileRead>('POST', '/api/work-calendar/file', form);
    },
  });
}
