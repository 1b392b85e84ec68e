/** Formats of texts on the wire. To the compiler they are texts; the documents of the API and of the events name the formats. */

/** Lower case in all answers and events. */
export type Uuid = string;

/** An instant by ISO 8601 in UTC, such as `2030-05-17T12:00:00.000Z`. */
export type Timestamp = string;
