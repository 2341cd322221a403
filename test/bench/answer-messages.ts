/** What any of them can tell: the processor time that it has taken, s. */
export interface ToAny {
  kind: 'cpu';
}

/** A process that is told what to do by messages answers each with one, and ends when whoever started it is gone. */
export function answerMessages<Message extends { kind: string }>(
  answerTo: (message: Message) => Promise<unknown>,
): void {
  process.on('message', (message: Message | ToAny) => {
    const answer = isToAny(message) ? Promise.resolve(cpuSeconds()) : answerTo(message);
    void answer.then((said) => process.send?.(said));
  });
  process.on('disconnect', () => process.exit());
  // Ended so, a process that is profiled still writes what it found.
  process.on('SIGTERM', () => process.exit());
}

function isToAny(message: { kind: string }): message is ToAny {
  return message.kind === 'cpu';
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}
