// The server's time as a React value, renewed on the second of the server's clock.

import { useEffect, useState } from 'react';

import { serverClock } from '@/domain/server-clock';

/** Milliseconds since 1970 on the server's clock. Browsers slow hidden tabs: the value is right again with the next paint. */
export function useServerNow(everyMs = 1000): number {
  const [now, setNow] = useState(() => serverClock.now());
  useEffect(() => {
    let timer = 0;
    const renew = () => {
      const at = serverClock.now();
      setNow(at);
      window.clearTimeout(timer);
      // On the next whole step, plus a hair, so that seconds do not repeat or jump.
      timer = window.setTimeout(renew, everyMs - (at % everyMs) + 5);
    };
    renew();
    const stop = serverClock.subscribe(renew);
    document.addEventListener('visibilitychange', renew);
    return () => {
      window.clearTimeout(timer);
      stop();
      document.removeEventListener('visibilitychange', renew);
    };
  }, [everyMs]);
  return now;
}
