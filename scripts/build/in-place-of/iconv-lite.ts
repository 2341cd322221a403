// express decodes bodies by it, JSON in Unicode alone. Its tables of all other encodings are half a megabyte of text; those
// that matter Node has itself: https://encoding.spec.whatwg.org/#names-and-labels
export function encodingExists(encoding: string): boolean {
  try {
    return new TextDecoder(encoding) !== undefined;
  } catch {
    return false;
  }
}

export function getDecoder(encoding: string): { write(piece: Uint8Array): string; end(): string } {
  // raw-body knows it by its first words, and answers with a 415.
  if (!encodingExists(encoding)) throw new Error(`Encoding not recognized: '${encoding}'`);
  const decoder = new TextDecoder(encoding);
  return { write: (piece) => decoder.decode(piece, { stream: true }), end: () => decoder.decode() };
}

export function decode(bytes: Uint8Array, encoding: string): string {
  const { write, end } = getDecoder(encoding);
  return write(bytes) + end();
}
