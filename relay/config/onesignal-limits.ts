/**
 * OneSignal allows one write a second for one user; 5 % more keeps clear of the edge of its window. Ms.
 * https://documentation.onesignal.com/reference/rate-limits
 */
export const USER_GAP_MS = 1_050;

/**
 * OneSignal may still be working on a request when its client gave up, for up to 100 s
 * (https://documentation.onesignal.com/reference/rest-api-overview).
 */
export const DOUBT_MS = 100_000;
