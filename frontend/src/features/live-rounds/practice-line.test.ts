import { describe, expect, it } from 'vitest';

import { OUTAGE_MS, practiceLine } from './practice-line';
import { FakeLine } from './testing/fake-line';

function opened() {
  const under = new FakeLine();
  const line = practiceLine(under);
  const heard: string[] = [];
  const watch = (name: string) => {
    const socket = line.open();
    socket.onopen = () => heard.push(`${name} open`);
    socket.onmessage = () => heard.push(`${name} frame`);
    socket.onclose = ({ code }) => heard.push(`${name} closed ${String(code)}`);
    return socket;
  };
  const first = watch('first');
  under.socket().opens();
  return { under, line, heard, watch, first };
}

const BID = JSON.stringify({ type: 'place_bid', bid_id: 'b1', lot_id: 'l1', amount: '1' });
const RECEIPT = { type: 'receipt', bid_id: 'b1', lot_id: 'l1', receipt: {} } as const;

describe('the line that breaks on purpose', () => {
  it('lets the bid out, keeps its answer back, and comes back on the same socket', async () => {
    const { under, line, heard, watch, first } = opened();
    line.arm();
    first.send('{"type":"time","t0":1}');
    first.send(BID);
    under.socket().says(RECEIPT);
    expect(heard).toEqual(['first open', 'first closed 1006']);
    expect(under.socket().sent.map((frame) => frame.type)).toEqual(['time', 'place_bid']);
    expect(await line.ticket()).toBe('practice');
    const second = watch('second');
    await under.passes(OUTAGE_MS - 1);
    expect(heard).toHaveLength(2);
    await under.passes(1);
    under.socket().says(RECEIPT);
    expect(heard.slice(2)).toEqual(['second open', 'second frame']);
    first.send(BID);
    second.send('{"type":"time","t0":2}');
    expect(under.socket().sent).toHaveLength(3);
    expect(under.sockets).toHaveLength(1);
  });

  it('is a line like any other while nobody asks for more', async () => {
    const { under, line, heard, first } = opened();
    first.send(BID);
    under.socket().says(RECEIPT);
    under.socket().breaks(1012);
    expect(heard).toEqual(['first open', 'first frame', 'first closed 1012']);
    expect(await line.ticket()).toBe('ticket-1');
    line.open();
    expect(under.sockets).toHaveLength(2);
  });
});
