/** Ids of the server are UUIDs in lower case, also those that it was asked for in upper case. */
export const toWireId = (id: string): string => id.toLowerCase();
