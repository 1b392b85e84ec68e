/** The key of the whispers between two users: the same from both sides. */

export const pairOf = (one: string, other: string): string => [one, other].sort().join(':');
