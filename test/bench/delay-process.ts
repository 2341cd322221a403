import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { answerMessages } from './answer-messages.ts';

/** A way to both sides that takes a while, in a process of its own. */
export type ToDelay = { kind: 'start'; target: string; ms: number };

/** Each piece arrives so much later than it was sent, in its order. @returns the address to use instead of `target` */
async function start(target: string, ms: number): Promise<string> {
  const { hostname, port } = new URL(target);
  const server = createServer((near) => {
    near.setNoDelay(true);
    const far = connect(Number(port), hostname).setNoDelay(true);
    carry(near, far, ms);
    carry(far, near, ms);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function carry(from: Socket, to: Socket, ms: number): void {
  from.on('data', (piece) => setTimeout(() => to.writable && to.write(piece), ms));
  from.on('end', () => setTimeout(() => to.end(), ms));
  from.on('error', () => to.destroy());
}

answerMessages<ToDelay>(({ target, ms }) => start(target, ms));
