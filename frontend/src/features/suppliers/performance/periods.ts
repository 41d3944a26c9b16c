// The periods that may be reviewed: quarters and years that are over, newest first.

/** The last four quarters and the last year before a day; the service counts days in the zone of the house. */
export function pastPeriods(today: Date): string[] {
  const quarter = Math.floor(today.getMonth() / 3);
  const found: string[] = [];
  for (let back = 1; back <= 4; back += 1) {
    const place = today.getFullYear() * 4 + quarter - back;
    found.push(`${String(Math.floor(place / 4))}-Q${String((place % 4) + 1)}`);
  }
  return [...found, String(today.getFullYear() - 1)];
}
