/**
 * Why a client has to go, or why none could be made. Faults that a test matrix can be built from.
 *
 * unauthorized       the token is not taken: log in again
 * session_lost       Salesforce forgot the client; routine
 * replay_lost        the cursor is outside the replay window
 * allocation_spent   no more deliveries today
 * denied             no permission for the channel, or no such channel
 * busy               too many clients, or the server asks to come back later
 * unusable_reply     an answer that is no Bayeux reply
 * silent             no answer to /meta/connect in time, or no new /meta/connect after an answer
 * connection_lost    refused, reset, or broken off in the middle of an answer
 * intake_failed      the store did not take the events in the time that Salesforce waits
 * login_failed       the new login was refused or got no answer
 * store_failed       the cursor could not be read or dropped
 * defect             an error that nobody foresaw
 */
export const STREAM_ENDS = [
  'unauthorized',
  'session_lost',
  'replay_lost',
  'allocation_spent',
  'denied',
  'busy',
  'unusable_reply',
  'silent',
  'connection_lost',
  'intake_failed',
  'login_failed',
  'store_failed',
  'defect',
] as const;
export type StreamEnd = (typeof STREAM_ENDS)[number];
