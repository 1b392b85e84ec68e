/** Times, as the visitor's device writes them. */
const FORMAT = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hour12: false });

export const clockTime = (iso: string): string => FORMAT.format(new Date(iso));

const DATE_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short', hour12: false });
const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** @param text a message of the server, whose instants are in UTC. */
export const withLocalTimes = (text: string): string => text.replace(INSTANT, (iso) => DATE_TIME.format(new Date(iso)));
