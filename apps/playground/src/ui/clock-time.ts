/** Times of day, as the visitor's device writes them. */
const FORMAT = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hour12: false });

export const clockTime = (iso: string): string => FORMAT.format(new Date(iso));
