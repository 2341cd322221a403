// jsforce sends forms with files in them, which the relay never does; the package brings a list of all file types along.
export default class FormData {
  constructor() {
    throw new Error('The relay sends no files.');
  }
}
