// The feed's world in a browser: a WebSocket, a ticket over HTTP, timers and the monotonic clock.
import { send } from '@/api/client';
import { Problem } from '@/api/problem';

import { FeedEnd, type FeedSocket, type FeedWorld } from './feed';

export function browserLine(roundId: string): FeedWorld {
  const url = new URL(`/ws/rounds/${roundId}`, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return {
    seat: newBidId(),
    open: () => wrap(new WebSocket(url)),
    ticket: () => askTicket(roundId),
    poll: () => readState(roundId),
    monotonic: () => performance.now(),
    random: () => Math.random(),
    later(run, ms) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };
}

function wrap(socket: WebSocket): FeedSocket {
  const wrapped: FeedSocket = {
    send: (text) => socket.send(text),
    close: (code) => socket.close(code),
    onopen: null,
    onmessage: null,
    onclose: null,
  };
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
    if (error instanceof Problem && error.status === 401) throw new FeedEnd('SIGNED_OUT');
    if (error instanceof Problem && (error.status === 403 || error.status === 404)) throw new FeedEnd('NO_ACCESS');
    throw error;
  }
}

async function readState(roundId: string): Promise<string> {
  const answer = await fetch(`/api/rounds/${roundId}/state`, { credentials: 'same-origin' });
  if (!answer.ok) throw new Problem(answer.status, 'UNREACHABLE');
  return answer.text();
}

/** Random 128 bits as the bid's name; `crypto.randomUUID` is missing on plain http addresses of the LAN. */
export function newBidId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
