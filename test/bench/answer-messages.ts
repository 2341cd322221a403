/** A process that is told what to do by messages answers each with one, and ends when whoever started it is gone. */
export function answerMessages<Message>(answerTo: (message: Message) => Promise<unknown>): void {
  process.on('message', (message) => {
    void answerTo(message as Message).then((answer) => process.send?.(answer));
  });
  process.on('disconnect', () => process.exit());
  // Ended so, a process that is profiled still writes what it found.
  process.on('SIGTERM', () => process.exit());
}
