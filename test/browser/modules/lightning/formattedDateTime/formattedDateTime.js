import { api, LightningElement } from 'lwc';

export default class FormattedDateTime extends LightningElement {
  @api value;
  @api year;
  @api month;
  @api day;
  @api hour;
  @api minute;

  get text() {
    const { year, month, day, hour, minute } = this;
    return new Intl.DateTimeFormat('en-US', { year, month, day, hour, minute, timeZone: 'UTC' }).format(
      new Date(this.value),
    );
  }
}
