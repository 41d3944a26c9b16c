// Where to go after signing in: the page that asked for it, if it is one of ours.

export function nextPage(search: string, home: string): string {
  const next = new URLSearchParams(search).get('next');
  // "//host" and "/\host" leave the site.
  return next && /^\/(?![/\\])/.test(next) ? next : home;
}
