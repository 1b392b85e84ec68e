/** Session settings that a role or a pooled connection may have, and the values that the server's statements need. */
export const HOSTILE_SETTINGS: readonly (readonly [setting: string, hostile: string, expected: string])[] = [
  ['DateStyle', 'German', 'ISO, MDY'],
  ['IntervalStyle', 'iso_8601', 'postgres'],
  ['TimeZone', 'Asia/Kathmandu', 'UTC'],
  ['client_encoding', 'LATIN1', 'UTF8'],
  ['standard_conforming_strings', 'off', 'on'],
  ['backslash_quote', 'on', 'safe_encoding'],
  ['bytea_output', 'escape', 'hex'],
  ['extra_float_digits', '-15', '1'],
  ['array_nulls', 'off', 'on'],
  ['transform_null_equals', 'on', 'off'],
  ['statement_timeout', '4s', '5s'],
  ['lock_timeout', '1ms', '0'],
  ['idle_in_transaction_session_timeout', '4s', '10s'],
];
