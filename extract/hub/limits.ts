/** Every limit the extractor keeps, each named in the config under `limits:`. */
export interface Limits {
  /** Requests of one connection under way at once, at the most: fewer at first, and where the server gets slower or refuses some. */
  readonly concurrency: number;
  /** Records asked for per page. Docker documents no maximum for these lists; 100 is the ceiling of its sibling lists. */
  readonly page_size: number;
  /** Pages of one auditlog window before it is split. */
  readonly window_pages: number;
  /** Page bytes of one auditlog window before it is split. */
  readonly window_bytes: number;
  /** Times in a row that windows are split with none read to its end; then the stream fails. Halving the longest window of a first run down to a day takes eleven. */
  readonly window_splits: number;
  /** Times one request is tried when the server or the network fails (5xx, resets, timeouts, broken bodies). */
  readonly attempts: number;
  /** How long the server may answer 429 and nothing else, and the longest single wait it may ask for, in seconds; longer means giving up. */
  readonly max_wait_seconds: number;
  readonly connect_timeout_seconds: number;
  readonly headers_timeout_seconds: number;
  /** The longest silence inside a body, in seconds. */
  readonly body_timeout_seconds: number;
  /** The longest a whole request may take, in seconds: what ends a body that trickles. */
  readonly request_timeout_seconds: number;
  /** The largest body, after decompression. */
  readonly body_bytes: number;
  /** How far back a run reads again for events that reached the log late, in hours. */
  readonly lookback_hours: number;
}

export const DEFAULT_LIMITS: Limits = Object.freeze({
  concurrency: 16,
  page_size: 100,
  window_pages: 100,
  window_bytes: 8 * 1024 * 1024,
  window_splits: 64,
  attempts: 5,
  max_wait_seconds: 900,
  connect_timeout_seconds: 10,
  headers_timeout_seconds: 30,
  body_timeout_seconds: 30,
  request_timeout_seconds: 120,
  body_bytes: 64 * 1024 * 1024,
  lookback_hours: 48,
});
