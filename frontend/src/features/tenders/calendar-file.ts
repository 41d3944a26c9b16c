// The round as a calendar file (SP-03): every calendar reads it, nothing is sent anywhere.
interface CalendarEntry {
  title: string;
  from: string;
  to: string;
  url: string;
}

function stamp(at: string): string {
  return at.replace(/[-:]/g, '').replace(/\.\d+/, '');
}

/** RFC 5545 text; commas, semicolons and line ends in texts are escaped. */
export function calendarText({ title, from, to, url }: CalendarEntry): string {
  const safe = title.replace(/[\\,;]/g, (mark) => `\\${mark}`).replace(/\r?\n/g, ' ');
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Bidroom//EN',
    'BEGIN:VEVENT',
    `UID:${stamp(from)}-${url.split('/').at(-1) ?? ''}@bidroom`,
    `DTSTAMP:${stamp(from)}`,
    `DTSTART:${stamp(from)}`,
    `DTEND:${stamp(to)}`,
    `SUMMARY:${safe}`,
    `URL:${url}`,
    'BEGIN:VALARM',
    'TRIGGER:-PT10M',
    'ACTION:DISPLAY',
    `DESCRIPTION:${safe}`,
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
}

export function calendarFile(entry: CalendarEntry): void {
  const url = URL.createObjectURL(new Blob([calendarText(entry)], { type: 'text/calendar' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'bidroom.ics';
  link.click();
  // After the click has been taken, or some browsers save an empty file.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
