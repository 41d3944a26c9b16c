// Times as the server takes and native fields show them: a local time of the tender's zone, to the minute.
import { formatInstant } from '@/domain/instant';

/** 2026-11-25T14:00, in the zone. */
export function localTime(at: string, zone: string): string {
  return formatInstant(at, zone, 'minute').replace(' ', 'T');
}

/** What a datetime-local field can show; a text with an offset ("…+08:00") needs a plain field. */
export function isPlainLocal(text: string): boolean {
  return text === '' || /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(text);
}
