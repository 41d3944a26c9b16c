// The line's world in a browser: a WebSocket, a ticket over HTTP, timers and the monotonic clock.
import { send } from '@/api/client';
import { Problem } from '@/api/problem';

import { LineEnd, type LineSocket, type LineWorld } from './line';

export function browserLine(roundId: string): LineWorld {
  const url = new URL(`/ws/rounds/${roundId}`, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return {
    open: () => wrap(new WebSocket(url)),
    ticket: () => askTicket(roundId),
    monotonic: () => performance.now(),
    random: () => Math.random(),
    later(run, ms) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };
}

function wrap(socket: WebSocket): LineSocket {
  const wrapped: LineSocket = { send: (text) => socket.send(text), close: () => socket.close(), onopen: null, onmessage: null, onclose: null };
  socket.onopen = () => wrapped.onopen?.();
  socket.onmessage = (event: MessageEvent<unknown>) => wrapped.onmessage?.({ data: event.data });
  socket.onclose = (event) => wrapped.onclose?.({ code: event.code });
  return wrapped;
}

async function askTicket(roundId: string): Promise<string> {
  try {
    const { ticket } = await send<{ ticket: string }>('POST', '/api/ws-tickets', { round_id: roundId });
    return ticket;
  } catch (error) {
    if (error instanceof Problem && [401, 403, 404].includes(error.status)) throw new LineEnd();
    throw error;
  }
}
