import { InvalidArgumentError } from 'commander';

/** Reads an option that is a whole number above 0, of at most `mostDigits` digits. @throws InvalidArgumentError */
export function wholeNumber(mostDigits = Number.POSITIVE_INFINITY): (text: string) => number {
  return (text) => {
    if (/^[1-9]\d*$/.test(text) && text.length <= mostDigits) return Number(text);
    throw new InvalidArgumentError('It must be a whole number above 0.');
  };
}
