import { printable } from '../telemetry/printable.ts';

/** Writes a line, or several, to stdout. Tests pass their own. */
export type Print = (text: string) => void;

export const printToStdout: Print = (text) => void process.stdout.write(`${printable(text)}\n`);
