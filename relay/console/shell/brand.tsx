import type { JSX } from 'preact';
import icon from '../icon.svg';

export function Brand(): JSX.Element {
  return (
    <p class="brand">
      <img src={icon} alt="" width="28" height="28" />
      <span>
        OneSignal <small>for Salesforce</small>
      </span>
    </p>
  );
}
