import type { JSX } from 'preact';
import { useId } from 'preact/hooks';

interface SegmentsProps<Value> {
  label: string;
  choices: readonly { value: Value; label: string }[];
  value: Value;
  choose(value: Value): void;
}

/** A choice of a few, as radio buttons are: arrows move it. */
export function Segments<Value extends string | number>(props: SegmentsProps<Value>): JSX.Element {
  const name = useId();
  return (
    <fieldset class="segments">
      <legend class="unseen">{props.label}</legend>
      {props.choices.map(({ value, label }) => (
        <label key={value}>
          <input type="radio" name={name} checked={value === props.value} onChange={() => props.choose(value)} />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}
