/** The key of a direct conversation: its two users in one order, whoever begins it. */

export const pairOf = (one: string, other: string): string => [one, other].sort().join(':');
