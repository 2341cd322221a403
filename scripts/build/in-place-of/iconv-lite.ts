// express decodes bodies by it, JSON in Unicode alone. Its tables of all other encodings are half a megabyte of text; those
// that matter Node has itself: https://encoding.spec.whatwg.org/#names-and-labels
import { TextDecoder } from 'node:util';

export function encodingExists(encoding: string): boolean {
  return decoderOf(encoding) !== undefined;
}

export function getDecoder(encoding: string): { write(piece: Uint8Array): string; end(): string } {
  const decoder = decoderOf(encoding);
  // raw-body knows it by its first words, and answers with a 415.
  if (decoder === undefined) throw new Error(`Encoding not recognized: '${encoding}'`);
  return { write: (piece) => decoder.decode(piece, { stream: true }), end: () => decoder.decode() };
}

export function decode(bytes: Uint8Array, encoding: string): string {
  const { write, end } = getDecoder(encoding);
  return write(bytes) + end();
}

function decoderOf(encoding: string): TextDecoder | undefined {
  try {
    return new TextDecoder(encoding);
  } catch {
    return undefined;
  }
}
